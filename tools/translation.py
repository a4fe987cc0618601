"""Pairs the course's English texts with their German ones, and finds what is missing or stale.

A mark stands above each German text: `<!-- 470d11ef en:3f2a9c1b -->`. It names the English text, which is a cell by its
id or a section of a page by its heading, and holds the digest of the words that were translated.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from helpers.paths import NOTEBOOKS, ROOT

from .lessons import LESSONS
from .term_links import LINK

TEXTS = ROOT / "translations" / "de"  # the lessons' prose; a page's German stands in the page
ONLY_ENGLISH: set[str] = set()  # lessons that have no German yet
ONLY_ENGLISH_SECTIONS = {"README.md": {"recordings", "the-house"}}
FRAME = "frame"  # a lesson's title, goal and cost, which stand in tools/lessons.py
MARK = re.compile(r"^<!-- (\S+) en:(\w+) -->\n", re.MULTILINE)
GENERATED = re.compile(r"<!-- (\w+) -->.*?<!-- /\1 -->", re.DOTALL)
FENCE = re.compile(r"^(?:```|~~~)")
HEADING = re.compile(r"^#{1,3} +(.+)$")


@dataclass(frozen=True)
class German:
    """A German text, and the digest of the English that it translates."""

    digest: str
    text: str


@dataclass(frozen=True)
class Pair:
    """A lesson or a page: its name, and the files in both languages."""

    name: str
    english: Path
    german: Path

    def english_texts(self) -> dict[str, str]:
        """The English texts by their ids; a lesson's frame is the first."""
        texts = texts_of(self.english.name, self.english.read_text(encoding="utf-8"))
        left_out = ONLY_ENGLISH_SECTIONS.get(self.name, set())
        return frame(self.name) | {key: text for key, text in texts.items() if key not in left_out}

    def german_texts(self) -> dict[str, German]:
        """The German texts by the ids in their marks; none if the file is not there."""
        return read_marked(self.german.read_text(encoding="utf-8")) if self.german.exists() else {}


def pairs() -> list[Pair]:
    """All that there is in both languages."""
    lessons = [x.name for x in LESSONS if x.name not in ONLY_ENGLISH]
    found = [Pair(name, NOTEBOOKS / f"{name}.ipynb", TEXTS / f"{name}.md") for name in lessons]
    return found + [Pair(f"{page}.md", ROOT / f"{page}.md", ROOT / f"{page}.de.md") for page in ("README", "TERMS")]


def frame(name: str) -> dict[str, str]:
    """What the header of a lesson says about it; empty for a page."""
    lesson = next((x for x in LESSONS if x.name == name), None)
    return {FRAME: f"{lesson.title}\n{lesson.goal}\n{lesson.live_cost}"} if lesson else {}


def texts_of(file: str, content: str) -> dict[str, str]:
    """The texts to translate in the content of a notebook or a page, by id."""
    if not file.endswith(".ipynb"):
        return sections(content)
    cells = [cell for cell in json.loads(content)["cells"] if cell["cell_type"] == "markdown"]
    return {
        cell["id"]: "".join(cell["source"])
        for cell in cells
        if not {"header", "footer"} & set(cell["metadata"].get("tags", ()))
    }


def sections(page: str) -> dict[str, str]:
    """A page's sections, each with its heading, by the heading as an address; generated parts are left out."""
    found: dict[str, list[str]] = {}
    key, fenced = "", False
    for line in GENERATED.sub("", page).splitlines():
        fenced ^= bool(FENCE.match(line))
        if not fenced and (heading := HEADING.match(line)):
            key = re.sub(r"[^\w\- ]", "", heading[1].lower()).replace(" ", "-")
        found.setdefault(key, []).append(line)
    return {key: "\n".join(lines).strip() for key, lines in found.items() if key}


def read_marked(text: str) -> dict[str, German]:
    """The German texts below their marks, by id. Raises ValueError where two marks have the same id."""
    _, *parts = MARK.split(text)
    keys, digests, texts = parts[::3], parts[1::3], parts[2::3]
    if twice := {key for key in keys if keys.count(key) > 1}:
        raise ValueError(f"Two German texts have the mark of {', '.join(sorted(twice))}: keep one.")
    return {key: German(digest, text.strip()) for key, digest, text in zip(keys, digests, texts, strict=True)}


def digest(english: str) -> str:
    """Eight hex digits for the words of a text; links to the page of terms, which move by themselves, do not count."""
    return hashlib.sha256(LINK.sub(r"\1", english).strip().encode()).hexdigest()[:8]


def findings(pair: Pair) -> Iterator[str]:
    """A sentence for each text that is missing, stale or left over, with what to do."""
    german, english = pair.german_texts(), pair.english_texts()
    then = f"then: python -m tools.translate {pair.name} --done"
    path = pair.german.relative_to(ROOT).as_posix()
    if not german:
        yield f"{pair.name}: no German at all. Translate it into {path}, or name it in ONLY_ENGLISH."
        return
    for key, text in english.items():
        if key not in german:
            yield f"{pair.name}, {key}: the German is missing in {path}. Write it below <!-- {key} en:new -->, {then}."
        elif german[key].digest != digest(text):
            see = f"See what by: python -m tools.translate {pair.name}"
            yield f"{pair.name}, {key}: the English has changed since. {see}; mend {path}, {then}."
    for key in german.keys() - english.keys():
        yield f"{pair.name}, {key}: the English is gone. Delete the German in {path}, with its mark."
