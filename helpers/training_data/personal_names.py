"""Names of people, after a title, a greeting, a thank you or a word such as "Name:", and first names that are usual."""

import re
from collections.abc import Collection, Iterator
from functools import cache

from .letters import SPACE, UPPER, WORD
from .mentions import has_word, mentions
from .name_cues import AFTER_TITLE, CERTAIN, INITIALS, OF, ONE, SIGNED, TITLE_WORDS, TWO_WORDS
from .word_lists import line_list, word_list

_WORD = re.compile(rf"(?<![\w@.'’/-]){WORD}(?![\w@/-]|['’](?!s\b)|\.\w)")
_SURNAME = re.compile(rf"(?:{SPACE}{INITIALS})?{SPACE}(?:{OF}{SPACE})?{ONE}(?![\w-])|{SPACE}[{UPPER}]\.(?={SPACE}*$)")
_BEFORE_THINGS = re.compile(
    r"(?:^|\W)(?:the|a|model+|serie|series|typ|marke|brand|st\.|san|santa|king|queen|prince|radio)\s$", re.IGNORECASE
)
_PLACES_AND_FIRMS = frozenset(
    "Street Road Avenue Lane Square Park Hospital Airport Station School University College Hotel Bank Line "
    "Bridge House Church "
    "GmbH AG KG SE Inc Ltd LLC Co Corp Stiftung Verlag Schule Straße Platz Allee Weg Halle Klinik Arena Stadium "
    "Cup Award".split()
)
_BRANDS_WITH_A_TITLE = frozenset(
    "Oetker Pepper Coffee Dior Holle Word Excel Office Outlook Teams Access Windows Project Paint Publisher Edge "
    "Antje Proper Clean "
    "Muscle Bean Doubtfire Robot Beckmann Best Hauschka Scholl Scholls Martens Who Wash Strange Dre Sommer Spex "
    "Marvel Sixty Universe "
    "Monopoly Kipling Whippy Potato Piggy Marple Saigon Daisy Moneypenny Sunshine".split()
)
_NO_SURNAME = re.compile(
    r"(?:team|service|dienst|abteilung|zentrum|center|kunden|innen|schaft|betreuung|hotline|verwaltung|shop|bank"
    r"|werke|kasse|verein|gruppe|leute|freunde|nutzer|mitglieder)$"
)


def names(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and kind of names, the most certain first."""
    for found in AFTER_TITLE.finditer(text) if has_word(text, TITLE_WORDS) else ():
        if not found["whose"] and _words(found["name"])[0] not in _BRANDS_WITH_A_TITLE:
            yield from _people(found, word_list("not_people"))  # Mr Ford is not a company
    for words, pattern in CERTAIN:
        if not has_word(text, words) or (pattern is SIGNED and "\n" not in text):
            continue
        for found in pattern.finditer(text):
            yield from _people(found, _nobody())
    for found in TWO_WORDS.finditer(text) if mentions(text, ("this is", "hier ", "i'm", "i’m", "i am")) else ():
        if not any(_is_one_of(word, _nobody()) for word in _words(found["name"])):
            yield *found.span("name"), "name"
    yield from _usual(text)


def known_names(text: str, people: Collection[str]) -> Iterator[tuple[int, int, str]]:
    """Start, end and kind of the names of these people, in full or a part of them, such as "Ada Lovelace" or "Ada"."""
    parts = {part for person in people for part in (person.strip(), *_words(person)) if _is_part(part)}
    if parts:
        longest_first = "|".join(re.escape(part) for part in sorted(parts, key=lambda part: (-len(part), part)))
        for found in re.finditer(rf"(?<!\w)(?:{longest_first})(?!\w)", text):
            yield *found.span(), "name"


def _is_part(part: str) -> bool:
    return len(part) > 2 and part[0].isupper() and not any(_is_one_of(word, _nobody()) for word in _words(part))


@cache
def _nobody() -> frozenset[str]:
    return word_list("not_people") | word_list("companies") | word_list("places")


@cache
def _famous_people() -> re.Pattern:
    names = sorted(line_list("famous_people"), key=lambda name: (-len(name), name))
    return re.compile(rf"(?:{'|'.join(map(re.escape, names))})(?!\w)")


def _words(name: str) -> list[str]:
    return re.split(rf"{SPACE}+", name.strip()) if name.strip() else []


def _is_one_of(word: str, words: frozenset[str]) -> bool:
    """Whether a word, or one that a hyphen joins to others, is in a list, in whatever case, or means a group."""
    parts = (word, *re.split("[-.]", word))
    return any(part in words or part.capitalize() in words or bool(_NO_SURNAME.search(part)) for part in parts if part)


def _people(found: re.Match, others: frozenset[str]) -> Iterator[tuple[int, int, str]]:
    """The names in a match, each up to the first word that is something else."""
    for group in ("name", "also"):
        said = found.groupdict().get(group)
        if not said or not _PLACES_AND_FIRMS.isdisjoint(_words(said)):
            continue
        start = end = found.start(group)
        for word in re.finditer(rf"[^{SPACE[1:-1]}]+", said):
            if word[0][0].islower():  # von, de
                continue
            if _is_one_of(word[0], others):
                break
            end = start + word.end()
        if end > start:
            yield start, end, "name"


@cache
def _beginnings_of_first_names() -> frozenset[str]:
    """The first run of letters of each, in lower case, as `has_word` takes it."""
    return frozenset(re.findall(r"[^\W\d_]+", name.lower())[0] for name in word_list("first_names"))


def _usual(text: str) -> Iterator[tuple[int, int, str]]:
    """First names that are usual, with the surname behind them."""
    first_names, last = word_list("first_names"), 0
    for found in _WORD.finditer(text) if has_word(text, _beginnings_of_first_names()) else ():
        if found.start() < last or not first_names.issuperset(found[0].split("-")):
            continue
        last, is_person = found.end(), not _BEFORE_THINGS.search(text, max(0, found.start() - 12), found.start())
        while surname := _SURNAME.match(text, last):
            word = _words(surname[0])[-1]
            is_person = is_person and word not in _PLACES_AND_FIRMS
            if _is_one_of(word, _nobody()) or last - found.start() > 40:
                break
            last = surname.end()
        if famous := _famous_people().match(text, found.start()):
            last = famous.end()
        elif is_person:
            yield found.start(), last, "name"
