"""Whether an answer about a repair says what the handbook says, in whatever words, and nothing else."""

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
_TO_THE_POST = re.compile(r"\bpost\b", re.IGNORECASE)

# What a plain answer needs beside the handbook's words: whoever says more than the handbook needs a word more.
_PLAIN = """
a again all also always an and any anyone anything anywhere are around as asking at avoid back be because been before
being best both bring bringing brings brought but by can cannot carried carry carrying charge cleaner come comes
coming contacting correct cost costs course customer dear deliver delivered delivering desk device did do does done
drive drop dropping else email exactly expense first for free from get gets give gives go going had hand handed has
have having hello help helps here hi home how i if in indeed instead into is it just kind know label labels let
machine mail mailed mails make me message must my necessary need needed needless needs never no nobody none nor not
nothing now of off office on once one online only onto or our ours over pack package packed packing page paid parcel
pay pays person please post prepaid put question rather really receive received receives regards register registered
registering registers registration repair repaired repairs required save saves send sending sends sent service ship
shipped shipping shop should simply site so some sorry stay stick store sure t-1000 take taken takes taking than thank
thanks that the them then there these they this those to today trip unfortunately unnecessary up us use using vacuum
visit visiting wait walk was way we web website welcome were when where while will with without workshop worries worry
would yes you your yours
"""
_SHORT = (("can't", "cannot"), ("won't", "will not"), ("n't", " not"), ("'ll", " will"), ("'re", " are"))
_SHORT += (("'ve", " have"), ("'d", " would"), ("let's", "let us"), ("'s", " is"))
_SYNONYMS = (
    (r"\b(?:web ?)?site\b|\bweb ?page\b|\bonline\b", "website"),
    (r"\bpre-?paid\b|\b(?:at|of) no (?:cost|charge)\b|\bfree of (?:cost|charge)\b", "free"),
)


def in_the_handbooks_words(answer: str) -> str:
    """The answer with the handbook's words for their synonyms, as the desk's grader knows them."""
    for pattern, word in _SYNONYMS:
        answer = re.sub(pattern, word, answer, flags=re.IGNORECASE)
    return answer


def unknown_word(answer: str) -> str:
    """The first word that the handbook gives no reason for; "" if there is none."""
    text = answer.casefold().replace("’", "'")
    for short, whole in _SHORT:
        text = text.replace(short, whole)
    known = set(_PLAIN.split())
    return next((word for word in re.findall(r"t-1000|[^\W_]+", text) if word not in known), "")


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
    return bool(_BRINGS.search(clause)) and not _TO_THE_POST.search(clause)
