"""Who speaks in a chat whose lines begin with a name, without a date. A label as "Note:" is not a speaker."""

import re
from collections import Counter
from collections.abc import Collection

# several of these may answer in one chat; of the other usual names, a file has one for each side
HANDED_OVER = frozenset("bot agent assistant operator mitarbeiter mitarbeiterin berater beraterin".split())
_CLOCK = r"[\s\d\[\]().,:/-]*"
_ANY_NAME = r"[^\W\d_][\w.'’-]*(?: [\w.'’-]+){0,2}(?=\s*:(?:\s|$))"
_LABELS = frozenset(
    "note notes hint tip warning attention caution important error version model order date time subject re fwd name "
    "address phone tel e-mail email mail website link url step ps p.s edit update result example total price "
    "hinweis achtung tipp wichtig fehler bestellung bestellnummer datum uhrzeit betreff adresse telefon schritt "
    "beispiel summe preis modell http https".split()
)


def begins(names: Collection[str], any_name: bool = False) -> re.Pattern:
    """Matches a line that begins with one of the names and a colon, maybe after the time: the name, and the rest.

    With `any_name`, up to three words are a name, too.
    """
    known = [re.escape(name) for name in sorted(names, key=len, reverse=True)]
    either = "|".join(known + [_ANY_NAME] * any_name)
    return re.compile(rf"{_CLOCK}({either})\s*:\s*(.*)", re.DOTALL | re.IGNORECASE)


def labels(text: str, names: Collection[str]) -> list[str]:
    """The words before the colon at the beginning of each line, in lower case; "" for a first line without one."""
    begin = begins(names, any_name=True)
    found = [begin.match(line) for line in text.splitlines() if line.strip()]
    return [match[1].lower() if match else "" for n, match in enumerate(found) if match or n == 0]


def speakers(found: list[str], roles: dict[str, str], own: Collection[str], usual: Counter[str]) -> dict[str, str]:
    """The roles of those who speak in a text with the labels `found`, by their names in lower case.

    All of the reader's `own` names speak, and for each side without one the name that is in most texts, by `usual`.
    A system prompt can only come first. With "*" in `roles`, an unknown name is the customer's.
    """
    first = found[0] if found else ""
    chosen = {first: roles[first]} if roles.get(first) in ("system", "developer") else {}
    for role in ("user", "assistant"):
        named = [name for name in found if roles.get(name) == role]
        mine = [name for name in named if name in own]
        if role == "user" and not mine and (stranger := _stranger(found, roles, bool(named))):
            named = [stranger]
        others = [name for name in named if role == "assistant" and name in HANDED_OVER]
        one = [max(named, key=lambda name: usual[name])] if named else []
        chosen |= dict.fromkeys([*(mine or one), *others], role)
    return chosen


def _stranger(found: list[str], roles: dict[str, str], there_is_one: bool) -> str:
    """The customer, if everyone unknown is one: the name that opens the chat, or else the most frequent one."""
    names = [name for name in found if name and name not in roles and name not in _LABELS]
    if roles.get("*") != "user" or not names:
        return ""
    return names[0] if names[0] == found[0] else "" if there_is_one else max(names, key=names.count)
