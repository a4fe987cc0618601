"""Right and wrong answers to the exercises of lesson 11, as readers may give them."""

import ast
import json
import re

import numpy as np

from helpers import compare


def both(form, content):
    return sum(f and c for f, c in zip(form, content, strict=True)) / len(form)


def stated(answer, rules, flags=re.IGNORECASE):
    return [name for name, rule in rules.items() if re.search(rule, answer, flags)]


def wrong_fields(answer, wanted):
    try:
        value = json.loads(answer)
    except ValueError:
        return None
    if not isinstance(value, dict) or value.keys() != wanted.keys():
        return None
    return [field for field in wanted if value[field] != wanted[field]]


def wrong_by_jsons_own_rules(answer, wanted):
    try:
        value = json.loads(answer, object_hook=lambda found: {key: found[key] for key in sorted(found)})
        found = {field for field, given in value.items() if given != wanted[field]}
        return np.array(sorted(found), dtype=str) if set(value) == set(wanted) else None
    except (ValueError, AttributeError, KeyError):
        return None


def wrong_in_any_object(answer, wanted):
    found = re.search(r"\{.*\}", answer, re.DOTALL)
    return wrong_fields(found[0] if found else "", wanted)


def wrong_or_missing(answer, wanted):
    try:
        value = json.loads(answer)
        return [field for field in wanted if value.get(field) != wanted[field]]
    except (ValueError, AttributeError):
        return None


def wrong_with_other_keys(answer, wanted):
    try:
        value = json.loads(answer)
    except ValueError:
        return None
    return [field for field in wanted if value[field] != wanted[field]] if set(wanted) <= set(value or ()) else None


def wrong_as_text(answer, wanted):
    fields = wrong_fields(answer, wanted)
    return fields and [field for field in fields if str(json.loads(answer)[field]) != str(wanted[field])]


def read_by_python(answer, wanted):
    try:
        return wrong_fields(json.dumps(ast.literal_eval(answer.replace("null", "None"))), wanted)
    except (ValueError, SyntaxError):
        return None


RIGHT = {
    "share_of_both": [
        both,
        lambda form, content: float((np.array(form) & np.array(content)).mean()),
        lambda form, content: list(zip(form, content, strict=True)).count((True, True)) / len(content),
        lambda form, content: np.mean([min(pair) for pair in zip(form, content, strict=True)]),
    ],
    "rules_stated": [
        stated,
        lambda answer, rules: {name for name in rules if compare.states_fact(answer, rules[name])},
        lambda answer, rules: tuple(n for n, rule in rules.items() if re.findall(rule, answer, re.IGNORECASE)),
        lambda answer, rules: [name for name in rules if re.search(rules[name].lower(), answer.lower())],
    ],
    "wrong_fields": [
        wrong_fields,
        wrong_by_jsons_own_rules,
        lambda answer, wanted: None if (fields := wrong_fields(answer, wanted)) is None else set(fields),
        lambda answer, wanted: None if (fields := wrong_fields(answer, wanted)) is None else tuple(fields[::-1]),
    ],
}


WRONG = {
    "share_of_both": [
        lambda form, content: sum(form) / len(form),
        lambda form, content: sum(content) / len(content),
        lambda form, content: sum(form) / len(form) * sum(content) / len(content),
        lambda form, content: min(sum(form), sum(content)) / len(form),
        lambda form, content: sum(f or c for f, c in zip(form, content, strict=True)) / len(form),
        lambda form, content: sum(f == c for f, c in zip(form, content, strict=True)) / len(form),
        lambda form, content: both(form, content) * len(form) / max(1, sum(form)),
        lambda form, content: both(form, content) * len(form),
        lambda form, content: 100 * both(form, content),
        lambda form, content: f"{both(form, content):.0%}",
        lambda form, content: (form and content).count(True) / len(form),
    ],
    "rules_stated": [
        lambda answer, rules: stated(answer, rules, re.NOFLAG),
        lambda answer, rules: [name for name, rule in rules.items() if rule in answer],
        lambda answer, rules: [name for name, rule in rules.items() if re.match(rule, answer, re.IGNORECASE)],
        lambda answer, rules: [name for name in rules if name in answer.lower()],
        lambda answer, rules: [n for n, rule in rules.items() for _ in re.finditer(rule, answer, re.IGNORECASE)],
        lambda answer, rules: [n for n in rules if re.search(rules[n].replace("\\b", ""), answer, re.IGNORECASE)],
        lambda answer, rules: stated(answer, rules)[:1],
        lambda answer, rules: len(stated(answer, rules)),
        lambda answer, rules: list(rules),
        lambda answer, rules: [rules[name] for name in stated(answer, rules)],
        lambda answer, rules: dict.fromkeys(rules, True),
        lambda answer, rules: "".join(stated(answer, rules)),
    ],
    "wrong_fields": [
        wrong_in_any_object,
        wrong_or_missing,
        wrong_with_other_keys,
        wrong_as_text,
        read_by_python,
        lambda answer, wanted: [] if answer == json.dumps(wanted) else None,
        lambda answer, wanted: wrong_fields(answer, wanted) or [],
        lambda answer, wanted: wrong_fields(answer.casefold(), wanted),
        lambda answer, wanted: (wrong_fields(answer, wanted) or [])[:1],
        lambda answer, wanted: wrong_fields(answer, wanted) == [],
        lambda answer, wanted: len(wrong_fields(answer, wanted) or []),
        lambda answer, wanted: [field for field in wanted if str(wanted[field]) not in answer],
        lambda answer, wanted: [field for field in wanted if json.loads(answer)[field] != wanted[field]],
    ],
}
