"""Grades the desk's answers by rules.

A ticket's truth names the facts that the answer must state (ids of data/desk/handbook.csv), the thing that each fact
is about in the customer's words, and the details that the answer must repeat, as regular expressions. An answer is
right if it states every fact about its own thing and every detail, keeps the tone, and holds nothing that is unsafe,
invented or not asked for.
"""

import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pandas as pd

from ..paths import DATA, DESK
from ..training_data.balance import form_of_address
from .desk_permissions import permission
from .desk_things import MONTHS, ORDINAL, windows, without_things
from .grading import SHOUTING, invented, sentences

FLAGS = re.IGNORECASE | re.DOTALL
_ORDER = re.compile(r"\bT1-?\d+", re.IGNORECASE)
_CODE = re.compile(r"\b([A-Z]{1,3})[- ]?(\d{1,4})\b")
_GREETED = re.compile(r"^(?:Dear|Sehr geehrte[rs]?|Guten Tag|Hello|Hallo|Liebe[rs]?)\s+([^,.:!?]+)[,.:!]")
_NOBODY = re.compile(r"^(customer|sir|madam|kund|damen|herren|team|or|and|und|oder)", re.IGNORECASE)
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][^\W\d_]{2,}")  # a capital inside a sentence
_WORD = re.compile(r"[^\W\d_]+")
_TITLES = ("Mr", "Ms", "Mrs", "Frau", "Herr", "Dr")
_MONTH = re.compile(rf"(?<=\d )(?:{'|'.join(MONTHS)})\b|(?<=\d\. )(?:{'|'.join(MONTHS)})\b")
# Two facts whose pattern also fits answers about others: as facts that nobody asked for, they need a narrower one.
_NARROWER = {"warranty_until": r"(?!)", "soft_cloth": r"(only damp with|plain|klarem) wa"}


@cache
def load_handbook(language: str = "en") -> pd.DataFrame:
    """The desk's rules, indexed by id: group, topic, answer, must_match, must_not, goes_with."""
    table = pd.read_csv(DESK / "handbook.csv", index_col="id", keep_default_na=False)
    own = {f"{name}_{language}": name for name in ("answer", "must_match", "must_not")}
    return table.rename(columns=own).loc[:, ["group", "topic", *own.values(), "goes_with"]]


@cache  # a look-up in a table takes long, and a grade needs hundreds
def _rules(language: str) -> dict[str, dict[str, str]]:
    return _by_id(load_handbook(language))


@cache
def expression(pattern: str) -> re.Pattern:
    """A pattern, compiled. One of look-aheads is held to the start, else `search` tries it again at each place."""
    return re.compile(rf"\A{pattern}" if pattern.startswith("(?=.*") else pattern, FLAGS)


def _by_id(handbook: pd.DataFrame) -> dict[str, dict[str, str]]:
    return {str(fact): row.to_dict() for fact, row in handbook.iterrows()}


def grade(
    answers: Iterable[str],
    examples: Iterable[dict],
    truths: Iterable[dict],
    language: str = "en",
    handbook: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """A row for each answer: its kind of ticket, the answer, and the columns of `grade_one`.

    `handbook`: other rules than those of `load_handbook`, in the same columns.
    """
    rows, rules = [], _rules(language) if handbook is None else _by_id(handbook)
    for answer, example, truth in zip(answers, examples, truths, strict=True):
        said = [message["content"] for message in example["messages"][1:-1]]
        rows.append(
            {"kind": truth["kind"], "answer": answer, **_grades(answer, "\n".join(said), truth, language, rules)}
        )
    return pd.DataFrame(rows)


def agreement(path: Path = DATA / "graded_by_hand.csv") -> pd.DataFrame:
    """The grades of answers that a person labelled by hand, beside the labels; `agrees`: both are the same."""
    table = pd.read_csv(path, keep_default_na=False)
    columns = zip(table.answer, table.ticket, table.truth, table.language, strict=True)
    own = [grade_one(answer, ticket, json.loads(truth), language) for answer, ticket, truth, language in columns]
    graded = pd.concat([table, pd.DataFrame(own)], axis=1)
    return graded.assign(agrees=graded.right == (graded.label == "right"))


def grade_one(answer: str, ticket: str, truth: dict, language: str = "en") -> dict:
    """The grades of one answer; `ticket` is all that was said before it.

    `right` is a bool. `missing`, `unsafe`, `other` (facts that nobody asked for), `invented` and `tone` say what is
    wrong as text, which is empty if nothing is.
    """
    return _grades(answer, ticket, truth, language, _rules(language))


def _grades(answer: str, ticket: str, truth: dict, language: str, rules: dict[str, dict[str, str]]) -> dict:
    missing, unsafe = _facts_about_things(answer, truth, rules)
    lacking = [detail for detail in truth["details"] if not re.search(detail, answer, FLAGS)]
    missing += [truth["order"] if re.search(detail, truth["order"]) else "date" for detail in lacking]
    if truth["name"] and not re.search(rf"\b{re.escape(truth['name'].split()[-1])}\b", answer, FLAGS):
        missing.append(truth["name"])
    graded = {
        "missing": ", ".join(missing),
        "unsafe": ", ".join(unsafe),
        "other": ", ".join(sorted(_others(answer, truth, rules))),
        "invented": ", ".join(sorted(_invented(answer, ticket, truth, language, rules))),
        "tone": _tone(answer, truth, language),
    }
    return {"right": not any(graded.values()), **graded}


def _facts_about_things(answer: str, truth: dict, rules: dict[str, dict[str, str]]) -> tuple[list[str], list[str]]:
    """Facts that the answer does not state about their thing, and what it says against a fact of the ticket."""
    about = windows(answer, truth)
    missing, unsafe = [], []
    for fact in truth["facts"]:
        rule = rules[fact]
        where = about.get(fact, answer)
        if where is not None and expression(rule["must_match"]).search(where):
            found = re.search(rule["must_not"], where, FLAGS) if rule["must_not"] else None
            against = found.group() if found else ""
        else:
            missing.append(fact if where is not None else f"{fact}: no word of {truth['things'][fact]}")
            against = permission(fact, _about_nothing_else(answer, about) if where is None else where, rules)
        if against:
            unsafe.append(f"{fact}: {against}")
    return missing, unsafe


def _about_nothing_else(answer: str, about: dict[str, str | None]) -> str:
    """The whole answer if no thing of the ticket is named in it, else nothing: the windows share it out."""
    return "" if any(about.values()) else answer


def _others(answer: str, truth: dict, rules: dict[str, dict[str, str]]) -> set[str]:
    """Facts stated that nobody asked for."""
    text = without_things(answer, truth)
    allowed = set(truth["facts"]) | {one for fact in truth["facts"] for one in rules[fact]["goes_with"].split("|")}
    patterns = {fact: rule["must_match"] for fact, rule in rules.items()} | _NARROWER
    return {fact for fact, pattern in patterns.items() if fact not in allowed and expression(pattern).search(text)}


def _invented(answer: str, ticket: str, truth: dict, language: str, rules: dict[str, dict[str, str]]) -> set[str]:
    """Numbers, codes, dates and names that stand neither in the facts stated nor in the ticket nor in the truth."""
    stated = [rule["answer"] for rule in rules.values() if expression(rule["must_match"]).search(answer)]
    known = [*stated, *(rules[fact]["answer"] for fact in truth["facts"]), "T-1000 T-Clean T1 Eco Turbo"]
    around = " ".join([ticket, truth["order"], *truth["things"].values()])
    around += " " + " ".join(re.sub(r"\\b|[\\()?|]", " ", detail) for detail in truth["details"])
    for detail in truth["details"]:  # what is right is not invented, however it is written
        answer = re.sub(detail, " ", answer, flags=FLAGS)
    found = invented(_with_hyphens(answer), _with_hyphens(around), [_with_hyphens(text) for text in known])
    found |= {number for number in _ORDER.findall(answer) if number.casefold() not in around.casefold()}
    found |= {month for month in _MONTH.findall(answer) if month[:3].casefold() not in around.casefold()}
    if language == "en":  # in German every noun has a capital
        read = {word.casefold() for word in _WORD.findall(" ".join([*_TITLES, ticket, *known]))}
        found |= {name for name in _NAME.findall(answer) if name.casefold() not in read}
    return found | _invented_names(answer, ticket)


def _with_hyphens(text: str) -> str:
    """The text without order numbers, and with a hyphen in each code: "F 10" becomes "F-10"."""
    return _CODE.sub(r"\1-\2", _ORDER.sub(" ", text))


def _invented_names(answer: str, ticket: str) -> set[str]:
    """Names that the answer greets and the ticket does not know."""
    greeted = _GREETED.search(answer.strip())
    names = [word for word in greeted[1].split() if not _NOBODY.search(word)] if greeted else []
    return {
        name for name in names if name.strip(".") not in _TITLES and name.strip(".").casefold() not in ticket.casefold()
    }


def _tone(answer: str, truth: dict, language: str) -> str:
    """What is wrong with the tone, or "": it is to be short and calm, and to call a German customer Sie."""
    if not answer.strip():
        return "empty"
    if SHOUTING.search(answer):
        return "shouting"
    if sentences(ORDINAL.sub("", answer)) > 2 * len(truth["facts"]) + 1:
        return "too long"
    return "du" if language == "de" and "du" in form_of_address(answer) else ""
