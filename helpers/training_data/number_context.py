"""What the words before a number say about it."""

import re

_OTHER_NUMBER = re.compile(  # before a number that belongs to a thing, not to a person
    r"(?:serial|serien|s/?n|order|bestell\w*|auftrag\w*|invoice|rechnung\w*|art(?:ikel|icle)?|part|item|model\w*|ticket|case|"
    r"ref(?:erence)?|tracking|sendung\w*|kunden|customer|teile|error|fehler|code|vorgang\w*|ean|isbn|imei|version|batch|charge"
    r"|firmware|release|build)"
    r"[ -]?(?:numbers?|nummern?|nr|no|id|code|#)?[.:# ]*(?:is|ist|lautet)?[: #]*$",
    re.IGNORECASE,
)


def is_other_number(text: str, start: int) -> bool:
    """Whether the words before a number say that it is another kind of number."""
    return bool(_OTHER_NUMBER.search(text[max(0, start - 40) : start]))
