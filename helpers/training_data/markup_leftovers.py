"""What programs leave in texts: HTML, the mail that is answered, and places that nobody filled in."""

import re
from collections.abc import Callable, Iterator
from html import unescape

from .example import messages, text, with_line_numbers
from .html_text import ENTITY, IS_HTML, TAG, html_text
from .mail_text import without_quotation
from .mentions import mentions
from .report import Finding, finding

_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]+`", re.DOTALL)  # tags and braces are meant there

_QUOTED_MAIL = re.compile(
    r"^[ \t>]*(?:On|Am) [^\n]{0,80}\d[^\n]*(?:\n[^\n]+)?\b(?:wrote|schrieb[^\n:]{0,80}) ?:[ \t]*$|"
    r"^[ \t>]*-{2,} ?(?:original (?:message|mail|appointment)|ursprüngliche nachricht|original-?nachricht|"
    r"forwarded message|weitergeleitete nachricht) ?-{2,}|"
    r"^[ \t>]*Am [^\n]{0,80}\d[^\n]*\bhat [^\n]{1,120}Folgendes geschrieben ?:[ \t]*$|"
    r"^[ \t>]*(?:Begin forwarded message|Anfang der weitergeleiteten Nachricht):[ \t]*$|"
    r"^[ \t>*]*(?:From|Von):[^\n]+\n(?:[^\n]*\n){0,2}?[ \t>*]*(?:Sent|Date|Gesendet|Datum):[^\n]*\n"
    r"(?:[^\n]*\n){0,3}?[ \t>*]*(?:Subject|Betreff):|"
    r"^(?:[ \t]*>[^\n]*\n){1,}[ \t]*>|"
    r"please (?:type your )?reply above this line|bitte (?:antworten|schreiben) Sie (?:über|oberhalb)\w* dieser Zeile",
    re.MULTILINE | re.IGNORECASE,
)
_QUOTED_PARTS = (
    *("wrote", "schrieb", "--", "begin forwarded", "anfang der", "from:", "von:", ">"),
    *("above this line", "dieser zeile"),
)  # one of which is in each quoted mail, so that most texts are told quickly

_SLOT = (
    r"(?:(?:your|the|insert|enter|customer|client|user|agent|first|last|full|company|order|ticket|invoice|tracking|"
    r"product|delivery|ihre?[nrs]?|kunden?|vor|nach|firmen?|bestell|auftrags?|rechnungs?|produkt|mitarbeiter|hier|"
    r"phone|telefon|e-?mail|street|account)"
    r"[ _.-]?)*(?:name|number|nummer|id|date|datum|address|adresse|phone|telefon|e-?mail|company|firma|link|url|"
    r"amount|betrag|product|produkt|signature|signatur|salutation|anrede|person|vorname|nachname)s?"
)
_PLACEHOLDER = re.compile(
    r"\{\{[^{}\n]{1,80}\}\}|\{%[^{}\n]{1,80}%\}|\[\[(?i:"
    + _SLOT
    + r")\]\]|(?<!\[)\[(?=[A-Z])(?i:"
    + _SLOT
    + r")\](?![(\[])|"
    r"<(?=[A-Z_]{3,}|\w+[ _])(?i:" + _SLOT + r"|email_address|phone_number)>|\$?\{(?i:" + _SLOT + r")\}|"
    r"(?<!\d)%%?(?i:" + _SLOT + r")%|<<(?i:" + _SLOT + r")>>|\$(?i:" + _SLOT + r")\$|@@(?i:" + _SLOT + r")@@|"
    r"\*\|[A-Z_:0-9]{2,40}\|\*|\{!\w+(?:\.\w+)+\}|\[(?i:insert) [^\[\]\n]{1,40}\]|"
    r"\b(?:Hi|Hello|Dear|Hallo|Liebe[rs]?|Herr|Frau) (?:_{2,}|X{3,}|\.{4,})(?=\W)|\b(?i:lorem ipsum)\b"
)
_PLACEHOLDER_PARTS = ("{", "[", "<", "%", "$", "@@", "*|", "__", "xxx", "....", "lorem")

_NAMED_PLACE = re.compile(  # "press [Name]", "the variable {name}": the place itself is meant
    r"\b(?:press|click|choose|select|tap|type|enter|replace|variable|placeholder|field|column|button|key|drücken?|"
    r"klicken?|wählen?|geben|feld|spalte|platzhalter)\b[^.!?\n]{0,25}\Z",
    re.IGNORECASE,
)


def find_markup_leftovers(examples: list[dict]) -> Iterator[Finding]:
    """HTML, quoted mail and unfilled places in what users and assistants say; code in backticks does not count."""
    for line, example in with_line_numbers(examples):
        for n, message in enumerate(messages(example), 1):
            if message.get("role") in ("user", "assistant"):
                for kind, detail in _leftovers(text(message)):
                    yield finding(line, n, kind, detail)


def without_html(example: dict) -> dict:
    """The example with the text that a browser would show, where users and assistants say HTML.

    A message that would show nothing stays as it is.
    """
    return _changed(example, _html, _text_of_html)


def without_quoted_mail(example: dict) -> dict:
    """The example without the mail that users and assistants quote; a message that is nothing else stays as it is."""
    return _changed(example, _quoted, without_quotation)


def _changed(example: dict, has: Callable[[str], object], change: Callable[[str], str]) -> dict:
    """The example with other texts, where what users and assistants say has something outside of code."""
    said = [m.get("role") in ("user", "assistant") and bool(has(_without_code(text(m)))) for m in messages(example)]
    if not any(said) or len(said) < len(example["messages"]):
        return example
    shown = [_shown(message, change) if it else message for message, it in zip(messages(example), said, strict=True)]
    return {**example, "messages": shown}


def _shown(message: dict, change: Callable[[str], str]) -> dict:
    def changed(said: str) -> str:
        return new if (new := change(said)).strip() else said

    content = message["content"]
    if isinstance(content, str):
        return {**message, "content": changed(content)}
    parts = [{**p, "text": changed(p["text"])} if isinstance(p.get("text"), str) else p for p in content]
    return {**message, "content": parts}


def _text_of_html(said: str) -> str:
    once = _unmarked(said)
    return _unmarked(once) if _html(once) else once  # some programs escape it twice


def _unmarked(said: str) -> str:
    if not TAG.search(said):
        return unescape(said)
    return html_text(said if IS_HTML.search(said) else f"{said}<br>")


def _leftovers(said: str) -> Iterator[tuple[str, str]]:
    written = _without_code(said)
    if html := _html(written):
        yield "HTML", f"it has {html}"
    if quoted := _quoted(written):
        yield "quoted mail", f"it begins with {quoted[0].strip()[:60]!r}"
    if places := list(dict.fromkeys(_places(written))):
        yield "placeholder", f"nobody filled in {', '.join(places)[:100]}"


def _quoted(said: str) -> re.Match | None:
    return _QUOTED_MAIL.search(said) if mentions(said, _QUOTED_PARTS) else None


def _places(said: str) -> Iterator[str]:
    for found in _PLACEHOLDER.finditer(said) if mentions(said, _PLACEHOLDER_PARTS) else ():
        if found[0].startswith("{{") or not _NAMED_PLACE.search(said[: found.start()]):
            yield found[0]


def _without_code(said: str) -> str:
    return _CODE.sub("`code`", said) if "`" in said else said


def _html(said: str) -> str:
    """Tags and entities of HTML; "" if there are none, or one tag only, which may be what the text is about."""
    tags = [found[0] for found in TAG.finditer(said)] if "<" in said else []
    entities = [found[0] for found in ENTITY.finditer(said)] if "&" in said else []
    return ", ".join(dict.fromkeys(entities + tags))[:80] if entities or len(tags) > 1 else ""
