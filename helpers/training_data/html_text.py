"""The text of an HTML body, as ticket systems and mail programs write it."""

import re
from html.parser import HTMLParser

BLOCKS = frozenset("address blockquote dd div dl dt h1 h2 h3 h4 h5 h6 hr ol pre section table tr ul".split())
UNSEEN = frozenset(("script", "style", "head", "title"))
IS_HTML = re.compile(r"</(?:p|div|span|a|b|i|em|strong|ul|ol|li|table|body|html|pre|font)\s*>|<br\s*/?>", re.IGNORECASE)
TAG = re.compile(
    r"</?(?:p|div|span|a|b|i|u|em|strong|ul|ol|li|table|tr|td|th|tbody|body|html|head|pre|font|h[1-6]|img|hr|br|style|"
    r"blockquote|center|o:p)(?:\s[^<>]{0,300})?/?>",
    re.IGNORECASE,
)
ENTITY = re.compile(
    r"&(?:nbsp|amp|lt|gt|quot|apos|[aou]uml|szlig|euro|rsquo|[lr]dquo|ndash|mdash|#x?[0-9a-f]{2,6});", re.I
)
_KEPT = "\ue000", "\ue001"  # stand for a space and a line's end inside <pre>, until the others are joined


def html_text(text: str) -> str:
    """The text with its lines and list items, without tags; a text without tags of HTML comes back as it is."""
    if not IS_HTML.search(text):
        return text
    parser = _Text()
    parser.feed(text)
    parser.close()
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in "".join(parser.found).split("\n"))
    joined = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return joined.replace(_KEPT[0], " ").replace(_KEPT[1], "\n")


class _Text(HTMLParser):
    """Collects what a browser would show."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._unseen = self._pre = 0

    def _line(self) -> None:
        if self.found and not self.found[-1].endswith("\n"):
            self.found.append("\n")

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self._unseen += tag in UNSEEN
        self._pre += tag == "pre"
        if tag == "br":
            self.found.append("\n")
        elif tag in BLOCKS or tag in ("li", "p"):
            self._line()
            self.found.extend(["- "] * (tag == "li"))
        elif tag == "td":
            self.found.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._unseen = max(0, self._unseen - (tag in UNSEEN))
        self._pre = max(0, self._pre - (tag == "pre"))
        if tag == "p":  # a paragraph ends with an empty line
            self._line()
            self.found.append("\n")
        elif tag in BLOCKS or tag == "li":
            self._line()

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        if self._pre:
            self.found.append(data.replace(" ", _KEPT[0]).replace("\n", _KEPT[1]))
        elif text := re.sub(r"\s+", " ", data):
            self.found.append(text if text != " " or (self.found and not self.found[-1].endswith("\n")) else "")
