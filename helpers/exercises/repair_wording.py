"""Whether an answer about a repair tells the customer to bring the machine, in whatever words."""

import re

# Where a new statement begins, for which an earlier "not" no longer counts.
_SENTENCE_END = r"[.!;:–—]+"
_NEW_SUBJECT = r",\s*(?=(?:you|we|it|please|just|simply|then|so|instead)\b)|\b(?:but|please)\b"
_CLAUSES = re.compile(rf"{_SENTENCE_END}|{_NEW_SUBJECT}", re.IGNORECASE)
_QUESTION = re.compile(r"[^.!?]*\?")
_INTERJECTION = re.compile(r"\b(?:no|nope|no worries|do(?: not|n't) worry|not to worry),", re.IGNORECASE)

_IT = r"(?:it|(?:the|your) (?:vacuum cleaner|vacuum|machine|cleaner|device|t-1000))"
_US = r"(?:us|our|here|a (?:shop|store|workshop)|the (?:desk|shop|store|workshop|service))\b"
_BRINGS = re.compile(
    rf"\b(?:bring|carry|deliver)(?:ing)?\b|\b(?:take|taking|hand|handing|drive|driving) {_IT} (?:to {_US}|in\b|over\b)"
    rf"|\bdrop(?:ping)? (?:{_IT} off|off {_IT})|\b(?:come|coming|drop|stop) (?:by|in|over|to us|here)\b"
    r"|\bvisit(?:ing)? (?:us|our)\b|\bin person\b",
    re.IGNORECASE,
)
_AGREES = re.compile(r"\byes\b|^\W*(?:indeed|correct|exactly|(?:.* )?you (?:do|must|have to))\W*$", re.IGNORECASE)
_PAYS = re.compile(r"^(?=.*\blabel\b)(?!.*\b(?:free|our|we pay|we buy)\b).*\b(?:buy|pay|costs?)\b", re.IGNORECASE)
_NO_LABEL = re.compile(
    r"\bno (?:shipping )?label|(?:never|not|n't) send (?:you )?(?:a|any|the) (?:free )?(?:shipping )?label",
    re.IGNORECASE,
)

_NOT = re.compile(
    r"\b(?:no|not|never|nobody|none|nothing|neither|nor|cannot|without|needless|unnecessary)\b|n't\b"
    r"|\b(?:instead of|rather than)\b|\bsaves? you\b",
    re.IGNORECASE,
)
_NOT_WITHOUT = re.compile(r"(?:\bnot|n't|\bcannot|\bno way)\b.*\b(?:avoid|around|without|unless)\b", re.IGNORECASE)
_BY_OTHERS = re.compile(r"\b(?:we|courier|carrier|service|driver)(?:'ll| will| can| then)?\s*$", re.IGNORECASE)
_TO_THE_POST = re.compile(r"\b(?:post|post office|parcel shop|mailbox|courier|carrier)\b", re.IGNORECASE)


def against_the_rule(answer: str) -> str:
    """The statement that lets the customer bring the machine or leaves the label unsent; "" if there is none."""
    text = _INTERJECTION.sub(". ", _QUESTION.sub(" ", answer.replace("’", "'")))
    return next((clause.strip() for clause in _CLAUSES.split(text) if _is_against(clause)), "")


def _is_against(clause: str) -> bool:
    if _NO_LABEL.search(clause):
        return True
    if _NOT.search(clause) and not _NOT_WITHOUT.search(clause):
        return False
    return bool(_AGREES.search(clause) or _PAYS.search(clause)) or _is_brought(clause)


def _is_brought(clause: str) -> bool:
    found = _BRINGS.search(clause)
    return bool(found) and not _BY_OTHERS.search(clause[: found.start()]) and not _TO_THE_POST.search(clause)
