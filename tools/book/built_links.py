"""Follows all links in built pages, to files and to places in them; and names what they would load from elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADS = {("img", "src"), ("script", "src"), ("link", "href"), ("iframe", "src")}


@dataclass
class Page(HTMLParser):
    """What a built page links to and loads, the ids that it has, and its pictures without an alternative."""

    text: str
    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    bare_pictures: list[str] = field(default_factory=list)

    def __post_init__(self):
        super().__init__()
        self.feed(self.text)

    def handle_starttag(self, tag, attrs):
        has = dict(attrs)
        self.ids.add(has.get("id") or "")
        for name in {"href", "src"} & has.keys():
            (self.loads if (tag, name) in LOADS else self.links).append(has[name] or "")
        if tag == "img" and not has.get("alt"):
            self.bare_pictures.append(has.get("src") or "")


def findings(folder: Path) -> Iterator[str]:
    """A sentence for each link of the folder's pages that does not arrive, and for what needs a network or words."""
    built = [path.resolve() for path in sorted(folder.rglob("*.html")) if "_static" not in path.parts]  # a template
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in built}
    for path, page in pages.items():
        name = path.relative_to(folder.resolve()).as_posix()
        for address in page.loads + page.links:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                if address in page.loads and parts.scheme != "data":
                    yield f"{name} loads {address}, which needs a network."
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.exists():
                yield f"{name}: the link {address} does not arrive: no such file."
            elif (
                target in pages and parts.fragment and not {parts.fragment, unquote(parts.fragment)} & pages[target].ids
            ):
                yield f"{name}: the link {address} does not arrive: no such place."
        yield from (f"{name}: the picture {picture} has no text alternative." for picture in page.bare_pictures)
