"""Rows of a table that only the desk saw."""

import re
import warnings
from pathlib import Path

from .delimited import Rows

# names of columns, and their values, in lower case and without spaces and signs
HIDDEN = frozenset(
    "internal isinternal internalnote internalcomment private isprivate privatenote intern internenotiz "
    "privé interne noteinterne notainterna interno interna privado privada privato privata".split()
)  # yes means a note
SHOWN = frozenset(("public", "ispublic", "ispublished", "öffentlich", "visibletocustomer"))  # no means a note
VISIBILITY = frozenset(("visibility", "sichtbarkeit", "visibleto"))
KINDS = frozenset(("type", "messagetype", "commenttype", "parttype", "kind", "art"))
YES = frozenset("true yes y 1 1.0 x t ja wahr oui vrai si sí sì sim tak".split())
NO = frozenset("false no n 0 0.0 f nein falsch non faux não nee nie nej nei".split()) | {""}
NOTES = frozenset("note notiz internalnote privatenote internalcomment internenotiz noteandreopen".split())
UNSEEN = NOTES | frozenset("internal private intern agentsonly agents nurintern".split())


def without_notes(path: Path, rows: Rows, internal: str, role: str) -> Rows:
    """The rows that a customer wrote or saw. Warns (UserWarning) how many others there are.

    `internal` is the column that says so; if that is "", columns are known by their names. Raises ValueError if the
    named one says something else than yes and no, or a word for a note.
    """
    if internal and not _says(rows, internal):
        values = ", ".join(map(repr, sorted({str(row[internal]) for _, row, _ in rows})[:5]))
        raise ValueError(f"{path}: {internal!r} has {values}. It must have yes and no, or internal and public.")
    known = [column for column in (rows[0][1] if rows else ()) if column != role and _is_known(column, rows)]
    columns = [internal] if internal else known
    hidden = {n: _hides(row, columns, role) for n, row, _ in rows}
    if left_out := sum(map(bool, hidden.values())):
        notes = "1 internal note is" if left_out == 1 else f"{left_out:,} internal notes are"
        by = ", ".join(map(repr, sorted(set(hidden.values()) - {""})))
        warnings.warn(f"{path.name}: {notes} left out, by {by}.", stacklevel=4)
    return [row for row in rows if not hidden[row[0]]]


def _word(value) -> str:
    return re.sub(r"[\W_]+", "", str(value).lower())


def _is_known(column: str, rows: Rows) -> bool:
    name = _word(column)
    return name in VISIBILITY | KINDS or (name in HIDDEN | SHOWN and _says(rows, column))


def _says(rows: Rows, column: str) -> bool:
    """Whether all cells are yes or no, or some are a word for a note."""
    values = {str(row[column]).strip().lower() for _, row, _ in rows}
    return values <= YES | NO or any(_word(value) in UNSEEN for value in values)


def _hides(row: dict, columns: list[str], role: str) -> str:
    """The column that says that a row is a note, or ""."""
    if _word(row.get(role)) in NOTES:
        return role
    return next((column for column in columns if _is_note(_word(column), str(row[column]).strip().lower())), "")


def _is_note(name: str, value: str) -> bool:
    if name in KINDS:
        return _word(value) in NOTES
    return value in (NO - {""} if name in SHOWN else YES) or _word(value) in UNSEEN
