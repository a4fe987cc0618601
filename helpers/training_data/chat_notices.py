"""What WhatsApp writes into a message itself, in English and German: files that are not there, calls, deleted words."""

import re

_MARK = "[\u200e\u200f]"  # stands before what the program says
_FILE = r"(?:image|video|GIF|sticker|audio|document|contact card|Bild|Video|Sticker|Audio|Dokument|Kontaktkarte)"
# the same in French, Spanish, Portuguese, Italian, Dutch, Polish, Turkish, Danish and Swedish
_MEDIA = (
    r"Médias omis|Multimedia omitido|Mídia oculta|Ficheiro não revelado|Media omessi|Media weggelaten"
    r"|pominięto multimedia|Medya dahil edilmedi|Mediefilen er udeladt|Media har utelämnats"
)
_LEFT_OUT = (
    r"[^\W\d_]+ (?:absente?|omitid[oa]|ocultad[oa]|omess[oa]|weggelaten|pominięto|dahil edilmedi|udeladt|utelämnad)"
)
_NOTICE = re.compile(
    rf"{_MARK}*(?:"
    r"<(?:Media omitted|Medien ausgeschlossen|Medien weggelassen)>|"
    rf"{_FILE} (?:omitted|weggelassen)|"
    rf"<(?:{_MEDIA})>|{_MARK}(?:{_LEFT_OUT})|"
    r"<(?:attached|Anhang): [^<>\n]+>|"
    r"[^\n]{1,80}\.\w{2,5} \((?:file attached|Datei angehängt)\)|"
    r"(?:This message was deleted|You deleted this message|Diese Nachricht wurde gelöscht|"
    r"Du hast diese Nachricht gelöscht)\.?|"
    r"(?:Missed|Verpasster?) (?:group )?(?:voice |video |Sprach|Video)(?:call|anruf)[^\n]{0,40}|"
    r"null"
    rf")|{_MARK}(?:Voice call|Video call|Sprachanruf|Videoanruf)[^\n]{{0,40}}"
)
_EDITED = re.compile(rf"\s*{_MARK}*<(?:This message was edited|Diese Nachricht wurde bearbeitet)\.?>")


def without_notice(said: str) -> str:
    """The message without a notice in its first line, and without the word that it was edited; it may be ""."""
    first, line_end, caption = _EDITED.sub("", said).partition("\n")
    return caption.strip() if _NOTICE.fullmatch(first.strip()) else f"{first}{line_end}{caption}"
