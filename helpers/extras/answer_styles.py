"""Checks for the examples of lesson 11: is an answer sarcastic, JSON of the right shape, German, misspelt, and true?

Each applies a rule in data/examples. The description there says what the rule cannot see.
"""

import csv
import json
import re
from collections.abc import Iterator
from functools import cache
from string import ascii_lowercase

from jsonschema import Draft202012Validator

from ..paths import ROOT
from ..training_data import read_jsonl

EXAMPLES = ROOT / "data" / "examples"


def sarcastic(answer: str) -> bool:
    """Whether it has a phrase that is typical of sarcasm."""
    return bool(_found(_rules("marv")["regex"], answer))


def german(answer: str) -> bool:
    """Whether it has words of German only, and more of them than words of other languages only."""
    rules = _rules("german")
    own = len(_found(rules["german"], answer))
    return own > len(_found(rules["other"], answer))


def right_shape(answer: str) -> bool:
    """Whether it is JSON that fits data/examples/terms/schema.json, and nothing else."""
    try:
        return _schema().is_valid(json.loads(answer))
    except ValueError:
        return False


def says_it(example: str, question: str, answer: str) -> bool:
    """Whether the answer says what the question's rule wants to be said; of a term, about the one that is asked for.

    A term is explained in the definition, or anywhere in an answer that is no JSON; its own words explain nothing. The
    airport's rules are in its policy.csv, the others in content.csv. Raises KeyError for a question without one.
    """
    rule = _content()[example, question]
    if rule["term"]:
        if right_shape(answer):
            entry = json.loads(answer)
            if entry["term"].casefold() != rule["term"].casefold():
                return False
            answer = entry["definition"]
        answer = re.sub(re.escape(rule["term"]), "", answer, flags=re.IGNORECASE)
    if example == "misspeller":
        answer = " ".join([answer, *_meant(answer)])
    return bool(_found(rule["must_match"], answer))


def misspelt(answer: str) -> list[str]:
    """The unknown words that are one typing error away from a known one."""
    rules = _rules("misspeller")
    words = re.findall(rules["word_regex"], answer.lower())
    unknown = [word for word in words if len(word) >= rules["min_length"] and not _known(word, rules["endings"])]
    return [word for word in unknown if any(near in _words() for near in _with_one_typo(word))]


def _meant(answer: str) -> list[str]:
    """The known words that are one typing error away from the misspelt ones."""
    return [near for word in misspelt(answer) for near in _with_one_typo(word) if near in _words()]


def _found(expression: str, text: str) -> list:
    return re.findall(expression, text, re.IGNORECASE)


@cache
def _rules(name: str) -> dict:
    return json.loads((EXAMPLES / name / "check.json").read_text(encoding="utf-8"))


@cache
def _content() -> dict[tuple[str, str], dict[str, str]]:
    rules = {(row["example"], row["question"]): row for row in _table("content.csv")}
    policy = {row["answer"]: row["must_match"] for row in _table("airport/policy.csv")}
    for example in read_jsonl(EXAMPLES / "airport" / "test.jsonl"):
        *_, asked, answer = (message["content"] for message in example["messages"])
        rules["airport", asked] = {"term": "", "must_match": policy[answer]}
    return rules


def _table(name: str) -> list[dict[str, str]]:
    with open(EXAMPLES / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads((EXAMPLES / "terms" / "schema.json").read_text(encoding="utf-8")))


@cache
def _words() -> frozenset[str]:
    return frozenset((EXAMPLES / "misspeller" / "known_words.txt").read_text(encoding="utf-8").split())


def _known(word: str, endings: list[list[str]]) -> bool:
    stems = (word.removesuffix(old) + new for old, new in endings if word.endswith(old) and len(word) - len(old) >= 2)
    return word in _words() or any(stem in _words() for stem in stems)


def _with_one_typo(word: str) -> Iterator[str]:
    """The word with one letter dropped, added or changed, or with two neighbours swapped, in all ways."""
    for at in range(len(word) + 1):
        before, rest = word[:at], word[at:]
        yield before + rest[1:]
        yield before + rest[1:2] + rest[:1] + rest[2:]
        for letter in ascii_lowercase:
            yield before + letter + rest
            yield before + letter + rest[1:]
