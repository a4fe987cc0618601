"""Rows of a table as examples."""

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from . import chat_export
from .delimited import Rows
from .internal_notes import without_notes
from .message_order import in_order
from .people import of_record, of_speakers, together
from .roles import ROLES, role_of, say_unheard

Pairs = Iterable[tuple[dict, dict]]  # examples, each with the row where it begins
# what a cell holds whose formula fails: #REF!, #NAME?, #DIV/0!, #¡VALOR!, #BEZUG!, #NOM?, and those without a sign
EXCEL_ERROR = re.compile(r"#(?:[¡¿]?[A-ZÀ-ÞŠŽĄĆĘŁŃÓŚŹŻ]+(?:/(?:0|[A-Z]))?[!?]|N/[ADB]|NV|GETTING_DATA|I/T|ND)")


def from_table(path: Path, rows: Rows, named: dict[str, str], own: dict[str, str]) -> Pairs:
    """Examples of `rows`: a row each if `named` has a question or only a text, or else a conversation each.

    `own` are the reader's names of roles.

    Raises ValueError if the columns `named` are not there, or do not say what they should.
    """
    _check_columns(path, rows, named)
    roles = ROLES | own
    said = [named[what] for what in ("question", "answer", "role", "text") if named[what]]
    rows = [(n, row, wrong or _failed_formula(n, row, said)) for n, row, wrong in rows]
    rows = without_notes(path, rows, named["internal"], named["role"])
    if named["question"]:
        return _from_pairs(rows, named)
    if named["role"]:
        say_unheard(path, own, [row[named["role"]] for _, row, _ in rows])
    return _from_messages(path, rows, named, roles) if named["role"] else _from_transcripts(path, rows, named, own)


def _check_columns(path: Path, rows: Rows, named: dict[str, str]) -> None:
    if not rows:
        raise ValueError(f"{path} has no rows. Its first line must name the columns, and data must follow.")
    columns = list(rows[0][1])
    there = f"{path} has the columns {', '.join(map(repr, columns))}."
    given = {what for what, column in named.items() if column} - {"topic", "time", "internal"}
    if given not in ({"question", "answer"}, {"conversation", "role", "text"}, {"text"}):
        raise ValueError(
            f"{there} Name two as question= and answer=, three as conversation=, role= and text=, or only text=, if "
            "its cells hold whole chats."
        )
    for what, column in named.items():
        if column and column not in columns:
            elsewhere = " If they are in another sheet or row, name it as sheet= or header_row=." * (
                path.suffix.lower() in (".xlsx", ".xlsm")
            )
            raise ValueError(f"{there} There is no {column!r}: name one of them as {what}=.{elsewhere}")


def _failed_formula(line: int, row: dict, columns: list[str]) -> str:
    column = next((c for c in columns if isinstance(row[c], str) and EXCEL_ERROR.fullmatch(row[c].strip())), "")
    return f"line {line} has {row[column]!r} in {column!r}: a formula of Excel failed there." if column else ""


def _from_pairs(rows: Rows, named: dict[str, str]) -> Pairs:
    for line, row, wrong in rows:
        asked, said = row[named["question"]], row[named["answer"]]
        said = sys.intern(said) if type(said) is str else said  # a desk's answers come again: kept once
        messages = [{"role": "user", "content": asked}, {"role": "assistant", "content": said}]
        example = {"line": line, "messages": messages} | ({"misread": wrong} if wrong else {})
        yield example | of_record(row, named.values()), row


def _from_transcripts(path: Path, rows: Rows, named: dict[str, str], own: dict[str, str]) -> Pairs:
    found = chat_export.of_chats(path, [str(row[named["text"]]) for _, row, _ in rows], own)
    if all(len(messages) < 2 for messages, _ in found):
        raise ValueError(
            f"{path}: no cell of {named['text']!r} has two lines that begin with known speakers. "
            "Name the speakers as roles=, or the columns as question= and answer=."
        )
    return [
        (
            {"line": line, "messages": messages}
            | ({"misread": wrong} if wrong else {})
            | together([of_record(row, named.values()), facts]),
            row,
        )
        for (messages, facts), (line, row, wrong) in zip(found, rows, strict=True)
    ]


def _from_messages(path: Path, rows: Rows, named: dict[str, str], roles: dict[str, str]) -> Pairs:
    talks: dict[str, Rows] = {}
    for line, row, wrong in rows:
        name = str(row[named["conversation"]])
        if not name.strip():
            name = f"line {line}"
            wrong = wrong or f"line {line} names no {named['conversation']!r}. Fill each cell."
        talks.setdefault(name, []).append((line, row, wrong))

    def role(row: dict):
        return role_of(row[named["role"]], roles)

    columns = [column for column in named.values() if column]
    ordered = in_order(path, list(talks.values()), named["time"], columns, role, named["text"])
    for name, talk in zip(talks, ordered, strict=True):
        messages = [{"role": role(row), "content": row[named["text"]]} for _, row, _ in talk]
        wrong = next((wrong for _, _, wrong in talk if wrong), "")
        example = {"line": min(line for line, _, _ in talk), "id": name, "messages": messages}
        spoken = [(str(row[named["role"]]), str(role(row))) for _, row, _ in talk]
        facts = together([*(of_record(row, named.values()) for _, row, _ in talk), of_speakers(spoken)])
        yield example | ({"misread": wrong} if wrong else {}) | facts, talk[0][1]
