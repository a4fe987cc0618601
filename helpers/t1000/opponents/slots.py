"""Finds details in a text by regular expression: name, order number, date of purchase."""

import re

WARRANTY_YEARS = 3
ORDER = re.compile(r"\bT1-\d{5}\b", re.IGNORECASE)
_ENGLISH = "january february march april may june july august september october november december".split()
_GERMAN = "januar februar märz april mai juni juli august september oktober november dezember".split()
_MONTH = rf"(?:{'|'.join(_ENGLISH)}|{'|'.join(_GERMAN)}|jänner|{'|'.join(month[:3] for month in _ENGLISH)})"
DATE = re.compile(
    rf"\b(?:the )?(?P<d1>\d\d?)(?:st|nd|rd|th|\.)?(?: of)? (?P<m1>{_MONTH}),? (?P<y1>20\d\d)\b"
    rf"|\b(?P<m2>{_MONTH}) (?P<d2>\d\d?)(?:st|nd|rd|th)?,? (?P<y2>20\d\d)\b"
    r"|\b(?P<y3>20\d\d)-(?P<m3>\d\d)-(?P<d3>\d\d)\b|\b(?P<d4>\d\d?)\.(?P<m4>\d\d?)\.(?P<y4>20\d\d)\b",
    re.IGNORECASE,
)
_TITLES = ("Ms", "Mr", "Mrs", "Dr", "Frau", "Herr")
_NAME = r"((?:Ms|Mr|Mrs|Dr|Frau|Herrn?)? ?[A-ZÄÖÜ][\w'ÄÖÜäöüß-]+(?: [A-ZÄÖÜ][\w'ÄÖÜäöüß-]+)?)"
_SIGNED = [
    re.compile(rf"(?:My name is|This is|Mein Name ist|Hier ist|Grüße von) {_NAME}(?: speaking)?\.?\s*$", re.MULTILINE),
    re.compile(rf"(?:[Rr]egards|[Ww]ishes|Yours|Thank you|Greetings|Grüßen|Grüße), {_NAME}\.?\s*$", re.MULTILINE),
    re.compile(rf"[.!?] {_NAME}\s*$", re.MULTILINE),
]
SIGNED = re.compile("|".join(pattern.pattern for pattern in _SIGNED[:2]), re.MULTILINE)


def until(text: str, language: str) -> str:
    """The end of the warranty as the desk writes it, from the date of purchase in the text; "" without a date."""
    found = DATE.search(text)
    if not found:
        return ""
    parts = {key[0]: value for key, value in found.groupdict().items() if value}
    month = parts["m"].casefold()
    number = int(month) if month.isdigit() else 0
    for months in (_ENGLISH, _GERMAN):
        number = number or next((n for n, one in enumerate(months, 1) if one[:3] == month[:3]), 0)
    number = number or 1  # Jänner
    name = (_GERMAN if language == "de" else _ENGLISH)[number - 1].capitalize()
    day, year = int(parts["d"]), int(parts["y"]) + WARRANTY_YEARS
    return f"{day}. {name} {year}" if language == "de" else f"{day} {name} {year}"


def name_and_greeting(text: str, language: str) -> tuple[str, str]:
    """The name that signs the first line, and the greeting that fits it; two empty texts without a name."""
    for pattern in _SIGNED:
        if found := pattern.search(text.splitlines()[0]):
            name = found.group(1).strip()
            titled = name.split()[0] in _TITLES
            if language == "de":
                polite = f"Sehr geehrte{'r' if name.startswith('Herr') else ''}" if titled else "Guten Tag"
                return name, f"{polite} {name},"
            return name, f"Dear {name},"
    return "", ""
