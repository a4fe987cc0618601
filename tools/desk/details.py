"""Draws the details that an answer repeats: names, order numbers and dates."""

import calendar
import datetime
import random
import re

from .banks import bank, shared_out

YEARS = 3  # of warranty
_GERMAN = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()
_ENGLISH = list(calendar.month_name)[1:]
_LOWER = {  # first words that are neither names nor nouns
    "en": set(
        """
        A An The That Something Please You It To Yes For We Your On With In Only There All As Open Press Click Use
        Our Which This Every Could When Where What Thank Order Once Until After Accidents Between Cold Mostly
        Delivery Unfortunately Sharp Fine Heat Parts Use Do
        """.split()
    ),
    "de": set(
        """
        Ich Meist Wahrscheinlich Bitte Ein Eine Die Der Das Den Auf Zu Mit Von In Alle Als Unsere Wir Ja Leider Für
        Bei Nach Innerhalb Er Zwischen Was Wohin Welches An Dafür Dieser Es Feines Scharfe
        """.split()
    ),
}


def order_number(rng: random.Random) -> str:
    return f"T1-{rng.randrange(10000, 99999)}"


def date_of_purchase(language: str, rng: random.Random) -> tuple[str, str, str]:
    """The day as the customer writes it, the end of the warranty as the desk writes it, and a pattern for that end."""
    day = datetime.date(rng.choice((2024, 2025, 2026)), rng.randrange(1, 13), rng.randrange(1, 29))
    month = (_GERMAN if language == "de" else _ENGLISH)[day.month - 1]
    end = day.year + YEARS
    if language == "de":
        spoken = "Jänner" if month == "Januar" and rng.random() < 0.5 else month
        asked = rng.choice([f"{day.day}. {spoken} {day.year}", f"{day.day}.{day.month}.{day.year}", f"{day:%d.%m.%Y}"])
        until = f"{day.day}. {month} {end}"
        return asked, until, rf"\b0?{day.day}\. ?({_either(month)}|0?{day.month}\.) ?{end}\b"
    asked = rng.choice(
        [
            f"{day.day} {month} {day.year}",
            f"{month} {_ordinal(day.day)}, {day.year}",
            f"the {_ordinal(day.day)} of {month} {day.year}",
            f"{month} {day.day} {day.year}",
            f"{day.day} {month[:3]} {day.year}",
            f"{day:%Y-%m-%d}",
        ]
    )
    pattern = rf"\b{day.day}(st|nd|rd|th)?( of)? {month},? {end}\b|\b{month} {day.day}(st|nd|rd|th)?,? {end}\b"
    return asked, f"{day.day} {month} {end}", pattern


def _either(month: str) -> str:
    return "Januar|Jänner" if month == "Januar" else month


def _ordinal(day: int) -> str:
    return f"{day}{'th' if 4 <= day <= 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"


def customer(language: str, part: str, rng: random.Random) -> tuple[str, str]:
    """A customer's name as it is signed, and the greeting that fits it."""
    last = rng.choice(shared_out(language, "chatter", "last")[part])
    if rng.random() < 0.5:
        title = rng.choice(bank(language, "chatter")["title"])
        if language == "de":
            return f"{title} {last}", f"Sehr geehrte{'r' if title == 'Herr' else ''} {title} {last},"
        return f"{title} {last}", f"Dear {title} {last},"
    name = f"{rng.choice(bank(language, 'chatter')['first'])} {last}"
    return name, f"Guten Tag {name}," if language == "de" else f"Dear {name},"


def after_greeting(said: str, language: str, things: tuple[str, ...]) -> str:
    """An answer as it goes on after "Dear Ms Weber,": its first word in lower case, unless that is a name or a noun."""
    lower = _LOWER[language]
    for thing in things:
        if thing and said.startswith(thing[:1].upper() + thing[1:]):
            return thing[:1] + said[1:]
    first = re.match(r"[\wÄÖÜäöüß]+", said)
    return said[0].lower() + said[1:] if first and first.group() in lower else said
