"""Answers that do not answer: receipts, notes for colleagues, files that nobody sees, and the question again.

Rules of thumb for German and English.
"""

import re
from collections.abc import Iterator

from .example import first_question, messages, text, with_line_numbers
from .mentions import mentions
from .receipts import is_receipt
from .report import Finding, finding

_INTERNAL = re.compile(
    r"^[^\w\n]{0,9}(?:(?:internal|private|agent) (?:note|comment|memo|remark)s?\b|"
    r"for internal use\b|internal use only\b|"
    r"note to (?:self|agents?|team|colleagues?|staff)\b|nur (?:für den )?intern\w*\b(?=\W*[:!\n])|"
    r"interne[rs]? (?:notiz|bemerkung|kommentar|info|hinweis|vermerk)\b|"
    r"(?-i:INTERNAL|INTERN)\W*[:\]]|\A\W*intern(?:al)?: *(?:\w+[ ,]+){2}[a-z])|"
    r"\b(?:do not|don't) (?:send|show|share|tell)(?: this)?(?: to)? (?:the )?customer\b|"
    r"\bnicht an (?:den |die )?kund\w+ (?:senden|weiter)",
    re.IGNORECASE | re.MULTILINE,
)
_INTERNAL_PARTS = ("intern", "private ", "agent ", "note to", "customer", "nicht an")
_FILE = (
    r"(?:file|document|pdf|form|invoice|photo|picture|image|screenshot|manual|label|guide|letter|contract|quote|"
    r"spreadsheet)s?"
)
_DATEI = (
    r"(?:Datei|Dokument|PDF|Formular|Rechnung|Foto|Bild|Screenshot|Anleitung|Etikett|Schreiben|Vertrag|Angebot)\w{0,4}"
)
_ATTACHMENT = re.compile(
    r"\bsee (?:the |my |our )?attach(?:ed|ments?)\b|\bfind (?:\w+ ){0,4}(?:attached|enclosed)\b|"
    r"\battached (?:please|you|is|are)\b|\b(?:i|we)(?:'ve| have)? (?:also )?attached\b|"
    rf"\b(?:the|your|this|an?|my|in|see|sign|print) attached (?:\w+ ){{0,2}}{_FILE}\b|"
    r"\battached to this (?:e-?mail|message|reply)\b|"
    r"\bin the attach(?:ed|ments?)\b(?! of)|\banbei\b|\b(?:siehe|s\.) (?:Anhang|Anlage)\b|"
    r"\b(?:im Anhang|in der Anlage)\b(?! (?:de[rs]|zu|diese))|"
    rf"\b(?:I|we) attach (?:\w+ ){{0,3}}{_FILE}\b|\b{_DATEI} liegt (?:dies\w+ \w+ )?bei(?=[.!,;\n]|\Z)|"
    rf"\b(?:angehängt|beigefügt)\w* (?:\w+ )?{_DATEI}\b|"
    r"\b(?:habe|haben)\b[^.!?\n]{0,60}\b(?:angehängt|beigefügt)\b",
    re.IGNORECASE,
)
_ATTACHMENT_PARTS = ("attach", "enclosed", "anbei", "anhang", "anlage", "liegt", "angehängt", "beigefügt")
_WORD = re.compile(r"\w+")


def find_unhelpful_answers(examples: list[dict]) -> Iterator[Finding]:
    """Answers that are receipts, notes for colleagues or their question again, or that speak of a file."""
    for line, example in with_line_numbers(examples):
        asked = first_question(example)
        for n, message in enumerate(messages(example), 1):
            if message.get("role") == "assistant" and (said := text(message).strip()):
                for kind, detail in _faults(said):
                    yield finding(line, n, kind, f"{detail}: {said[:80]!r}")
                if _is_echo(said, asked):
                    yield finding(line, n, "echo", f"it is {said[:80]!r}")


def _faults(said: str) -> Iterator[tuple[str, str]]:
    if is_receipt(said):
        yield "automatic receipt", "it only says that the message has come"
    if mentions(said, _INTERNAL_PARTS) and _INTERNAL.search(said):
        yield "internal note", "it is for colleagues"
    if mentions(said, _ATTACHMENT_PARTS) and (found := _ATTACHMENT.search(said)):
        yield "attachment", f"it speaks of a file ({found[0]!r})"


def _is_echo(said: str, asked: str) -> bool:
    """Whether both are the same words, more than two."""
    said, asked = said.lower(), asked.lower()
    first, same = _WORD.search(said), _WORD.search(asked)
    if not first or not same or first[0] != same[0]:  # as nearly always
        return False
    words = _WORD.findall(asked)
    return len(words) > 2 and words == _WORD.findall(said)
