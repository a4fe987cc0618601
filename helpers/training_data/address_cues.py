"""Words that say that a postal address follows, and what stands between its parts."""

import re

from .letters import SPACE

SEP = rf"(?:,?{SPACE}?\n{SPACE}?|,?{SPACE}|,)"
_SAID = re.compile(
    r"(?:add?ress|anschrift|lives?\b|living|wohn|gezogen|umzug|umzieh|liefer|deliver|ship|schick|send|moved?\b"
    r"|abgeholt|abholung|office"
    r"|standort|postcode|\bzip|plz|postleitzahl|based)\w*\W(?:[\w']+\W+){0,5}\W*$",
    re.IGNORECASE,
)
SAID_PARTS = tuple(
    "adress address anschrift live living wohn gezogen umzug umzieh liefer deliver ship schick send move "
    "abgeholt abholung office standort "
    "postcode zip plz postleitzahl based".split()
)


def is_said(text: str, start: int) -> bool:
    """Whether the words before a place in the text say that an address follows."""
    return bool(_SAID.search(text, max(0, start - 60), start))
