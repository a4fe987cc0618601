"""Conversations whose newest message comes first, put right."""

import re
import warnings
from collections.abc import Callable, Collection, Sequence
from itertools import pairwise
from pathlib import Path

from .delimited import Rows
from .moments import moments

MIN_SHARE = 0.8  # of the conversations that must say the same
LOOKED_AT = 20  # rows, before a column is read as a whole
_GREETING = re.compile(r"\W*(?:hi|hello|hey|good|dear|welcome|hallo|guten|liebe[rs]?|moin|willkommen)\b", re.I)
AT_LEAST = 2  # conversations, to judge by who speaks first


def in_order(
    path: Path, talks: list[Rows], time: str, named: Collection[str], role: Callable[[dict], object], text: str
) -> list[Rows]:
    """The rows of each conversation, the oldest first. Warns (UserWarning) if that is not how the file has them.

    By the column `time`; if that is "", the file's order stays, or is turned round where a column with times, or who
    speaks first and last, says that the newest comes first. Raises ValueError for a row without a time.
    """
    seconds = _seconds(path, talks, time) if time else {}
    directions = [_direction([seconds[n] for n, _, _ in talk]) for talk in talks] if time else []
    column = time if any(directions) else _column_with_times(talks, named)
    if any(directions):
        newest_first = _share(directions, "falls") >= MIN_SHARE
    elif column:
        newest_first = _share(_directions(talks, column), "falls") == 1
    else:
        newest_first = _begins_with_the_end(talks, role, text)
    ordered = [talk[::-1] for talk in talks] if newest_first else talks
    if time:
        ordered = [sorted(talk, key=lambda row: seconds[row[0]]) for talk in ordered]
    if changed := sum(before != after for before, after in zip(talks, ordered, strict=True)):
        by = repr(column) if column else "who speaks first and last"
        begins = f"{changed:,} of {len(talks):,} conversations do not begin with their oldest message"
        warnings.warn(f"{path.name}: {begins}, by {by}; I put them into the order of time.", stacklevel=5)
    return ordered


def _seconds(path: Path, talks: list[Rows], time: str) -> dict[int, float]:
    rows = [(n, str(row[time])) for talk in talks for n, row, _ in talk]
    found = {}
    for (n, said), seconds in zip(rows, moments([said for _, said in rows]), strict=True):
        if seconds is None:
            raise ValueError(f"{path}, line {n}: {said!r} in {time!r} is not a date and time. Write 2026-01-31 14:05.")
        found[n] = seconds
    return found


def _direction(times: Sequence[float]) -> str:
    """Whether the time "rises", "falls", does neither ("mixed"), or stays the same ("")."""
    pairs = list(pairwise(times))
    if all(a == b for a, b in pairs):
        return ""
    return "falls" if all(a >= b for a, b in pairs) else "rises" if all(a <= b for a, b in pairs) else "mixed"


def _share(directions: list[str], direction: str) -> float:
    known = [found for found in directions if found]
    return known.count(direction) / len(known) if known else 0.0


def _directions(talks: list[Rows], column: str) -> list[str]:
    """A direction for each conversation, as of `_direction`; none at all if a cell is not a time."""
    found = moments([str(row[column]) for talk in talks for _, row, _ in talk])
    times = iter([time for time in found if time is not None])
    return [] if None in found else [_direction([next(times) for _ in talk]) for talk in talks]


def _column_with_times(talks: list[Rows], named: Collection[str]) -> str:
    """A column whose times rise in all conversations, or fall in all."""
    rows = [row for talk in talks for _, row, _ in talk]
    for column in rows[0] if rows else ():
        if column not in named and None not in moments([str(row[column]) for row in rows[:LOOKED_AT]]):
            directions = _directions(talks, column)
            if 1 in (_share(directions, "falls"), _share(directions, "rises")):
                return column
    return ""


def _begins_with_the_end(talks: list[Rows], role: Callable[[dict], object], text: str) -> bool:
    """Whether the desk has the first word and the customer the last one, and it is not the greeting of a bot."""
    spoken = [[str(role(row)) for _, row, _ in talk] for talk in talks]
    both = [n for n, roles in enumerate(spoken) if {"user", "assistant"} <= set(roles)]
    turned = [n for n in both if spoken[n][0] == "assistant" and spoken[n][-1] == "user"]
    openings, endings = ([str(talks[n][at][1][text]) for n in turned] for at in (0, -1))
    if _share_of_greetings(openings) > _share_of_greetings(endings):
        return False
    return len(turned) >= max(AT_LEAST, MIN_SHARE * len(both)) and len(set(openings)) > len(turned) / 2


def _share_of_greetings(texts: list[str]) -> float:
    return sum(bool(_GREETING.match(text)) for text in texts) / max(1, len(texts))
