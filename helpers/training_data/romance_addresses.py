"""French, Spanish and Italian addresses, where the kind of street stands before its name."""

import re
from collections.abc import Iterator

from .address_cues import SEP, is_said
from .letters import SPACE, WORD
from .mentions import mentions

_OF = rf"(?:(?:de{SPACE}(?:las?|los)|des?|du|del|della|dei|delle|las?|les?|los){SPACE}|(?:de{SPACE}l|dell|d|l)['’])"
_NAME = rf"{_OF}?{WORD}(?:{SPACE}{_OF}?{WORD}){{0,3}}"
_TOWN = rf"(?P<town>{SEP}(?:[FEI]-)?\d{{5}}{SPACE}{WORD}(?:[ -](?:(?:sur|la|le|les|de|del|en)[ -])?{WORD}){{0,2}})?"
_FRENCH = r"(?:(?P<sure>rue|boulevard|impasse|chemin)|avenue|av\.|bd\.?|place|allée|quai|route|cours|passage)"
_BEFORE = re.compile(rf"(?<![\w.,])\d{{1,4}}(?:{SPACE}?(?:bis|ter|[a-dA-D]))?,?{SPACE}{_FRENCH}{SPACE}{_NAME}{_TOWN}")
_BEHIND = re.compile(
    r"(?<!\w)(?:Calle|C/|Avenida|Avda\.?|Plaza|Paseo|Camino|Ronda|Via|Viale|Piazza|Corso|Largo|Vicolo)"
    rf"{SPACE}?{_NAME},?{SPACE}(?:n\.?º?{SPACE}?)?\d{{1,4}}(?!\w|[.,]\d){_TOWN}"
)
_STREETS_BEFORE = tuple("rue avenue av. boulevard bd place allée chemin impasse quai route cours passage".split())
_STREETS_BEHIND = tuple("calle c/ avenida avda plaza paseo camino ronda via piazza corso largo vicolo".split())


def romance_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of addresses."""
    for parts, pattern in ((_STREETS_BEFORE, _BEFORE), (_STREETS_BEHIND, _BEHIND)):
        for found in pattern.finditer(text) if mentions(text, parts) else ():
            if found["town"] or found.groupdict().get("sure") or is_said(text, found.start()):
                yield found.span()
