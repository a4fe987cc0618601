"""Automatic receipts: "We have received your message." Rules of thumb for German and English."""

import re

from .mentions import mentions

_MESSAGE = r"(?:message|request|e-?mail|enquir\w+|inquir\w+|ticket|query|case|complaint|contact form|feedback)"
_NACHRICHT = r"(?:Anfrage|Nachricht|E-?Mail|Mail|Ticket|Anliegen|Vorgang|Meldung|Reklamation|Schreiben)"
_AUTOMATIC = re.compile(
    r"\bthis (?:is|e-?mail|message|reply)\b[^.!?\n]{0,30}\bautomat(?:ic|ed|ically)\b|"
    r"\b(?:dies|das) ist eine automatisch|\bdiese \S+ wurde automatisch\b|"
    r"^\W*(?:(?:automatic|automated|auto)[ -](?:reply|response|acknowledge?ment)|automatische (?:antwort|bestätigung)|"
    r"(?:automatische )?eingangsbestätigung|abwesenheits(?:notiz|meldung)|out of office)\b|"
    r"\bI(?:'m| am|’m)(?: currently)? (?:out of (?:the )?office|"
    r"on (?:(?:annual |parental |sick )?leave|holiday|vacation))\b(?=[^!?\n]{0,80}\b(?:until|till|back|return))|"
    r"\bich bin\b(?=[^!?\n]{0,80}\b(?:bis|ab|wieder)\b)"
    r"(?:[^.!?\n]|(?<=\d)\.){0,40}\b(?:nicht im (?:Büro|Haus)|außer Haus|im Urlaub|in Elternzeit)\b",
    re.IGNORECASE,
)
_AUTOMATIC_PARTS = (
    *("auto", "office", "leave", "holiday", "vacation"),
    *("abwesenheits", "eingangsbestätigung", "ich bin"),
)  # one of which is in each automatic answer, so that most others are told quickly
_NO_REPLY = r"\bdo not (?:reply|respond) to this\b|\bantworten Sie (?:bitte )?nicht auf diese\b"
_RECEIVED = re.compile(
    rf"{_NO_REPLY}|\breceived (?:your|the) {_MESSAGE}\b|\breceipt of your {_MESSAGE}\b|"
    rf"\b(?:your|a|the)(?: \w+)? {_MESSAGE}\b[^.!?]{{0,30}}"
    r"\b(?:received|created|opened|registered|logged|submitted|assigned)\b|"
    rf"\b{_NACHRICHT}\b[^.!?]{{0,50}}"
    r"\b(?:erhalten|eingegangen|eröffnet|angelegt|registriert|erfasst|aufgenommen)\b|"
    rf"\b(?:Eingang|Erhalt) Ihre[rs] {_NACHRICHT}\b|\b(?:Ticket|Vorgang) (?:[\w#-]+ )?wurde\b",
    re.IGNORECASE,
)
_RECEIVED_PARTS = (
    *("to this", "received", "receipt of", "created", "opened", "registered", "logged", "submitted", "assigned"),
    *("auf diese", "erhalten", "eingegangen", "eröffnet", "angelegt", "registriert", "erfasst", "aufgenommen"),
    *("eingang ihre", "erhalt ihre", "wurde"),
)
_ON_CONDITION = re.compile(r"\b(?:once|as soon as|when|after|if|until|sobald|nachdem|wenn|falls)\b", re.IGNORECASE)
# "We have received your complaint and refunded 20 euros."
_DONE = re.compile(
    r"\b(?:and|und)\b(?! (?:will|shall|is|are|assigned|opened|forwarded|created|logged|passed|recorded)\b)"
    r"[^.!?]{0,60}?\b\w+ed\b"
)
_PROMISE = re.compile(
    rf"{_NO_REPLY}|"
    r"\b(?:get|come) back to you\b|\bbe in touch\b|"
    r"\b(?:respond|reply|answer|answered|processed|handled|reviewed)\b.{0,40}\b(?:within|soon|shortly|possible)\b|"
    r"\bas soon as (?:possible|we can)\b|\b(?:is|are) being (?:reviewed|processed|handled|looked at)\b|"
    r"\b(?:ticket|case|reference|request) (?:number|no\.?|id|#)|\bticket #|"
    r"\bmelden (?:uns|wir uns)\b|\bso (?:schnell|bald) (?:wie|als) möglich\b|\bschnellstmöglich\b|\bin Kürze\b|"
    r"\b(?:ticket|vorgangs|bearbeitungs|referenz|fall)-?(?:nummer|nr)\b|\bbearbeite(?:n|t)\b",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"\b(?:thank you|thanks|dank\w*|patience|volume|busy|business (?:hours|days)|working days|add (?:\w+ )?comments|"
    r"um [^.]{0,40}hinzuzufügen|help cent(?:er|re)|faq|"
    r"knowledge base|geduld|werktag\w*|öffnungszeiten|anfrageaufkommen)\b",
    re.IGNORECASE,
)


def is_receipt(answer: str) -> bool:
    """Whether an answer says that the message has come and when it will be answered, and hardly anything else."""
    if mentions(answer, _AUTOMATIC_PARTS) and _AUTOMATIC.search(answer):
        return True
    if not mentions(answer, _RECEIVED_PARTS):
        return False
    sentences = [part for part in re.split(r"[.!?]\s|\n", answer) if len(part.split()) > 4]  # longer than a greeting
    if not any(map(_received, sentences)) or not _PROMISE.search(answer):
        return False
    others = sum(not (_received(part) or _PROMISE.search(part) or _FILLER.search(part)) for part in sentences)
    return others * 3 <= len(sentences)


def _received(sentence: str) -> bool:
    found = _RECEIVED.search(sentence)
    return bool(
        found and not _ON_CONDITION.search(sentence[: found.start()]) and not _DONE.search(sentence, found.end())
    )
