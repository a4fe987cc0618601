"""Points in time, as exports write them."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

# 31.12.2025, 21:15:03 or 12/31/25 9:15 PM
_DAY = re.compile(
    r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?:,?\s+(?:um\s+)?(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?"
    r"\s*(?:([ap])\.?\s?m\.?|Uhr)?)?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{9,13}(?:\.\d+)?")
_WITH_MONTHS = ("%d %b %Y %H:%M:%S", "%d %b %Y %H:%M", "%b %d %Y %H:%M:%S", "%b %d %Y %H:%M", "%b %d %Y %I:%M %p")
_MILLISECONDS = 100_000_000_000  # a larger number counts these, as it would be the year 5138 in seconds


def moments(texts: Sequence[str]) -> list[float | None]:
    """Seconds since 1970 of each text, None for one that is not a time; without a time zone, UTC is taken.

    12/5/26 is a day in December, unless a number in the first place is above 12 anywhere in these texts.
    """
    found = [_DAY.fullmatch(text.strip()) for text in texts]
    day_first = any(match and int(match[1]) > 12 for match in found)
    return [
        _of_day(match, day_first or match[2] == ".") if match else _of_text(text.strip())
        for match, text in zip(found, texts, strict=True)
    ]


def _of_day(match: re.Match, day_first: bool) -> float | None:
    day, month = (int(match[n]) for n in ((1, 3) if day_first else (3, 1)))
    year = int(match[4]) + 2000 * (len(match[4]) == 2)
    hour, minute, second = (int(number or 0) for number in match.group(5, 6, 7))
    if match[8]:
        hour = hour % 12 + 12 * (match[8].lower() == "p")
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()
    except ValueError:  # no such day
        return None


def _of_text(text: str) -> float | None:
    if _NUMBER.fullmatch(text):
        return float(text) / (1000 if float(text) >= _MILLISECONDS else 1)
    text = re.sub(r"\s*(?:UTC|GMT)$", "+00:00", text)
    try:
        return _in_utc(datetime.fromisoformat(text))
    except ValueError:
        return _with_month(text.replace(",", "")) if re.search(r"[A-Za-z]{3}.*\d{4}", text) else None


def _with_month(text: str) -> float | None:
    for form in _WITH_MONTHS:
        try:
            return _in_utc(datetime.strptime(text, form))
        except ValueError:
            continue
    return None


def _in_utc(time: datetime) -> float:
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
