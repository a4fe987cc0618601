"""What a person wrote in a mail: without the mail that it answers, the signature and the footer."""

import re

from .html_text import html_text

_QUOTED, _AFTER = "\ue010", "\ue011"  # stand for the begin and the end of a quotation in HTML
_BLOCKQUOTE = re.compile(r"<(/?)blockquote\b([^>]*)>", re.IGNORECASE)
_SIGNED = re.compile(
    r"<div\b(?=[^>]*\b(?:id|class)=[\"']?(?:Signature|gmail_signature|moz-signature)\b)", re.IGNORECASE
)
_INDENTED = re.compile(r"border:\s*none", re.IGNORECASE)  # how Gmail and Outlook indent a paragraph

# "On Mon, 5 Jan 2026 at 09:14, Kim Blank <kim@x.example> wrote:", which mail programs wrap over up to four lines
_WROTE = re.compile(
    r"^[ \t]*(?:On|Am|Le|El|Il|Op)\b[^\n]*(?:\n[^\n]+){0,3}?"
    r"(?:\b(?:wrote|a écrit|escribió|ha scritto|Folgendes geschrieben)|"
    r"\b(?:schrieb|schreef)\b[^\n]*(?:\n[^\n]+){0,2}?) ?:[ \t]*$",
    re.MULTILINE,
)
# "Kim Blank schrieb:", in any language, where marked lines follow
_ABOVE_MARKS = re.compile(
    r"^(?![ \t]*>)[^\n]{0,160}\b(?:wrote|writes|schrieb|schreef|a écrit|escribió|escreveu|ha scritto|napsala?|"
    r"napisał|skrev)\b[^\n]{0,120}:\s*\n(?=>)|"
    r"^(?![ \t]*>)[^\n]{0,160}\d[^\n]{0,160}[\w.+-]+@[\w.-]+>?[^\n]{0,20}:\s*\n(?=>)",
    re.MULTILINE,
)
_DATED = re.compile(r"\d:\d\d|\d{4}|\d\.\d{1,2}\.\d\d|@")  # "On Monday I wrote:" is a sentence
# the header of the mail that is answered, as Outlook and others write it: three lines or more
_SENDER, _SENT, _SUBJECT = (
    "From|Von|De|Da|Van|Od|Från|Fra",
    "Sent|Date|Gesendet|Datum|Envoyé|Enviado|Inviato|Verzonden|Enviado em|Wysłano|Odesláno|Skickat|Sendt|Data|Dato",
    "Subject|Betreff|Objet|Asunto|Assunto|Oggetto|Onderwerp|Temat|Předmět|Ämne|Emne",
)
_FIELDS = f"{_SENDER}|{_SENT}|{_SUBJECT}|To|An|Cc|Kopie|À|Para|A|Aan|Do|Komu|Till|Til|Reply-To|Importance|Priorität"
_HEADER = re.compile(
    rf"^(?:[ \t]*\*?(?:{_FIELDS})\*? ?:[^\n]*\n(?:[ \t]+\S[^\n]*\n)*(?:[ \t]*\n)?){{3,}}", re.MULTILINE
)
_IN_HEADER = [re.compile(rf"^[ \t]*\*?(?:{names})\*? ?:", re.MULTILINE) for names in (_SENDER, _SENT, _SUBJECT)]
_ORIGINAL = re.compile(
    r"^[ \t]*-{2,}[ \t]*(?:Original[ -](?:Message|Nachricht|Mail)|Ursprüngliche (?:Nachricht|Mail)"
    r"|Forwarded message|Weitergeleitete Nachricht|Message d'origine|Mensaje original)[ \t]*-{2,}[ \t]*$|"
    r"^[ \t]*(?:Begin forwarded message|Anfang der weitergeleiteten Nachricht):[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)  # RFC 3676, section 4.3
_PROGRAM = re.compile(
    r"^[ \t]*(?:(?:Sent|Gesendet) (?:from|with|using|von|mit|via|aus) (?:my|mein\w*|the|der|Mail|Outlook|Yahoo|Proton|"
    r"Samsung|GMX|WEB)\b[^\n]{0,80}|(?:Get|Holen Sie sich) Outlook [^\n]{0,60}|Outlook für (?:iOS|Android)[^\n]{0,60}|"
    r"(?:Diese Nachricht wurde )?von meine[mr] [^\n]{0,60}gesendet\.?|"
    r"[#\-– ]*(?:Please (?:type your )?reply above this line|Bitte antworten Sie (?:oberhalb|über) dieser Zeile)"
    r"[#\-– .]*)$",
    re.MULTILINE | re.IGNORECASE,
)
_NAME = r"(?:[A-ZÀ-Þ][\w.'’-]*,? ?){1,4}"
_CLOSING = re.compile(
    r"^[ \t]*(?:(?i:(?:with )?(?:best|kind|kindest|warm|warmest|many|friendly) (?:regards|wishes|greetings)|regards|"
    r"yours (?:sincerely|faithfully|truly)|sincerely(?: yours)?|mit (?:freundlichen|besten|lieben|herzlichen) grüßen|"
    r"mit freundlichem gruß|(?:freundliche|beste|viele|liebe|herzliche|schöne) grüße|(?:lieben|besten|schönen) gruß|"
    r"grüße|hochachtungsvoll)"
    rf"(?: (?:aus|from) {_NAME})?[,.!]?(?: {_NAME})?|(?i:gruß|mfg|vg|lg)[,.!]?)$",
    re.MULTILINE,
)
_FAREWELL = re.compile(
    r"^[ \t]*(?i:(?:many |best )?thanks(?: (?:again|in advance))?|thank you|cheers|best|danke|"
    r"(?:vielen )?dank(?: im voraus)?)[,.!]?\s+"
    rf"{_NAME}\s*\Z",
    re.MULTILINE,
)  # these may open a mail, too: only a name may follow
_POSTSCRIPT = re.compile(r"^[ \t]*P\.? ?S\.?:? ", re.MULTILINE | re.IGNORECASE)
_DISCLAIMER = re.compile(
    r"^[^\n]{0,60}\b(?:e-?mail|message|nachricht|mitteilung)\b[^\n]{0,120}(?:\n[^\n]+)?"
    r"\b(?:confidential|vertraulich\w*)\b",
    re.MULTILINE | re.IGNORECASE,
)
_LAST_LINES = 15  # a signature has hardly more


def written_text(text: str, is_html: bool = False, forwards: bool = False) -> str:
    """The writer's own words in a mail's body; of one that `forwards` another, that one stays.

    Quotations, as Gmail, Outlook, Apple Mail and Thunderbird make them in English and German (and what answers begin
    with in some more languages), closing, name and footer are left out.
    """
    text = _without_blockquotes(text) if is_html else text
    text = _plain_lines(text)
    return _without_signature(text if forwards else _without_quotation(text)).strip()


def without_quotation(text: str) -> str:
    """The text without the mail that it answers; closing, name and footer stay."""
    return _without_quotation(_plain_lines(text)).strip()


def _plain_lines(text: str) -> str:
    """The lines without spaces at their ends, and without those that mail programs add."""
    text = re.sub(r"[ \t]+$", "", text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " "), flags=re.M)
    return _PROGRAM.sub("", text)


def _without_blockquotes(html: str) -> str:
    """The text of HTML outside its quotations; of one that is nothing else, all."""
    kept: list[bool] = []  # of the block quotes that are open, which only indent

    def marked(tag: re.Match) -> str:
        if tag[1]:
            return tag[0] if not kept or kept.pop() else f"<p>{_AFTER}</p>"
        kept.append(bool(_INDENTED.search(tag[2])))
        return tag[0] if kept[-1] else f"<p>{_QUOTED}</p>"

    depth, lines = 0, []
    for line in html_text(_BLOCKQUOTE.sub(marked, _SIGNED.sub("<p>--</p><div", html))).split("\n"):
        depth = max(0, depth + line.count(_QUOTED) - line.count(_AFTER))
        if line.strip() in (_QUOTED, _AFTER):
            continue
        lines.append("> " + line if depth else line)
    return re.sub(f"[{_QUOTED}{_AFTER}]", "", "\n".join(lines))


def _without_quotation(text: str) -> str:
    """Without lines that begin with ">", the line above them, and all below the header of the mail that is answered."""
    for found in list(_WROTE.finditer(text))[::-1]:
        if _DATED.search(found[0]):
            below = text[found.end() :].lstrip()
            # a program that marks each quoted line lets an answer stand below them; others quote all that follows
            text = text[: found.start()] + (text[found.end() :] if below.startswith(">") else "")
    text = _ABOVE_MARKS.sub("", text)
    headers = (f for f in _HEADER.finditer(text + "\n") if all(field.search(f[0]) for field in _IN_HEADER))
    for found in (next(headers, None), _ORIGINAL.search(text)):
        text = text[: found.start()] if found else text
    lines = [line for line in text.rstrip().split("\n") if not line.lstrip().startswith(">")]
    while lines and (not lines[-1].strip() or set(lines[-1].strip()) <= set("_-*=")):
        lines.pop()  # the rule above the header
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _without_signature(text: str) -> str:
    """Without what follows the sign for a signature, a closing near the end, or a note that all is confidential."""
    for sign in (_SIGNATURE, _DISCLAIMER):
        found = next((f for f in sign.finditer(text) if text[: f.start()].strip()), None)
        text = text[: found.start()] if found else text
    for closing in (_CLOSING, _FAREWELL):
        near_the_end = (f for f in closing.finditer(text) if text.count("\n", f.end()) <= _LAST_LINES)
        if found := next((f for f in near_the_end if text[: f.start()].strip()), None):
            more = _POSTSCRIPT.search(text, found.end())
            text = text[: found.start()] + (text[more.start() :] if more else "")
    return text
