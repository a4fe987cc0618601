"""Does a link in one of the course's pages arrive, at GitHub and in JupyterLab? Both give headings other ids."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

FENCED = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.MULTILINE | re.DOTALL)
ELSEWHERE = re.compile(r"[a-z]+:")  # an address with a scheme
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)


def text_of(page: Path) -> str:
    """The Markdown of a page, or of a notebook's Markdown cells."""
    text = page.read_text(encoding="utf-8")
    if page.suffix != ".ipynb":
        return text
    return "\n\n".join("".join(c["source"]) for c in json.loads(text)["cells"] if c["cell_type"] == "markdown")


def links(markdown: str) -> list[str]:
    """The targets of all links and pictures, in order; those in code are none."""
    return re.findall(r"\]\(([^()\s]+)\)", re.sub(r"`[^`\n]*`", "", FENCED.sub("", markdown)))


def headings(markdown: str) -> list[str]:
    """The headings as a reader sees them, without stars, backticks and links."""
    return [_as_seen(heading) for heading in HEADING.findall(FENCED.sub("", markdown))]


def jupyterlab_ids(markdown: str) -> set[str]:
    """The ids by which JupyterLab finds a place: a heading keeps its case and marks."""
    return {heading.replace(" ", "-") for heading in headings(markdown)} | _written(markdown)


def github_ids(markdown: str) -> set[str]:
    """The ids by which GitHub finds a place: a heading in lower case, without marks, numbered where it comes again."""
    seen: Counter[str] = Counter()
    ids = set()
    for heading in headings(markdown):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        ids.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return ids | _written(markdown)


def targets(page: Path) -> set[Path]:
    """The files of the course to which the page links, there or not."""
    files = {link.partition("#")[0] for link in links(text_of(page)) if not ELSEWHERE.match(link)}
    return {(page.parent / file).resolve() for file in files if file}


def broken(page: Path) -> Iterator[str]:
    """A sentence for each link in the page that does not arrive; those to other sites are not followed."""
    for link in links(text_of(page)):
        if not ELSEWHERE.match(link) and (why := why_not(page, link)):
            yield f"{page.name}: the link {link} does not arrive: {why}."


def why_not(page: Path, link: str) -> str | None:
    """Why a link from this page does not arrive; None if it does."""
    file, _, fragment = link.partition("#")
    target = (page.parent / file) if file else page
    if not target.exists():
        return "no such file"
    if not fragment:
        return None
    if not fragment.isascii():
        return "JupyterLab looks for it as the browser writes it, with % signs"
    text = text_of(target)
    if fragment not in jupyterlab_ids(text):
        return f"JupyterLab finds no such place in {target.name}"
    if target.suffix == ".md" and fragment not in github_ids(text):  # in a notebook, GitHub finds no place at all
        return f"GitHub finds no such place in {target.name}"
    return None


def _as_seen(heading: str) -> str:
    return re.sub(r"\[([^\]]*)\]\([^)]*\)|<[^>]+>|[*`]", r"\1", heading)


def _written(markdown: str) -> set[str]:
    return set(re.findall(r'<a id="([^"]+)"></a>', markdown))
