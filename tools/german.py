"""The German notebooks and tables: English code and outputs, German prose."""

import re
from copy import deepcopy
from dataclasses import replace

import nbformat

from helpers.paths import ROOT

from . import frames, way_map
from .lessons import LESSONS, Lesson
from .term_links import linked
from .translation import FRAME, ONLY_ENGLISH, TEXTS, Pair, pairs, read_marked

NOTEBOOKS_DE = ROOT / "notebooks_de"  # as deep as notebooks/, so that the same cells find the course
TERMS_PAGE = "../TERMS.de.md"
ENDINGS = "e|en|n|s|es|ns|se|sen"
FORMS = {  # of the terms whose first word has other endings, too
    "feinabgestimmte Modell": "tuned-model",
    "feinabgestimmten Modell": "tuned-model",
    "personenbezogenen Daten": "personal-data",
}
ASCII = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})
BEYOND_ASCII = re.compile(r"^#+ (.*[äöüÄÖÜß].*)$", re.MULTILINE)  # a heading
NOT_YET = "*(Noch nicht übersetzt.)*"


def lessons() -> list[Lesson]:
    """All lessons, with German titles, goals and costs where they are translated."""
    return [_german(lesson) for lesson in LESSONS]


def _german(lesson: Lesson) -> Lesson:
    if lesson.name in ONLY_ENGLISH:
        return OnlyEnglish(lesson.name, f"{lesson.title} (noch nur auf Englisch)", "", lesson.minutes, "")
    path = TEXTS / f"{lesson.name}.md"
    text = read_marked(path.read_text(encoding="utf-8")).get(FRAME) if path.exists() else None
    if text is None:
        return lesson
    title, goal, live_cost = text.text.splitlines()
    return replace(lesson, title=title, goal=goal, live_cost=live_cost)


class OnlyEnglish(Lesson):
    """A lesson without a German notebook: links from the others lead to the English one."""

    @property
    def link(self) -> str:
        return f"[{self.number} {self.title}](../notebooks/{self.name}.ipynb)"


def notebook(english: nbformat.NotebookNode, pair: Pair) -> nbformat.NotebookNode:
    """The German notebook: cells, ids and outputs of the English one; what is not translated says so."""
    made = deepcopy(english)
    german = {key: text.text for key, text in pair.german_texts().items()}
    everyone = lessons()
    lesson = next(x for x in everyone if x.name == pair.name)
    frame = {
        "header": frames.header(lesson, everyone, frames.GERMAN, way_map.GERMAN),
        "footer": frames.footer(lesson, everyone, frames.GERMAN),
    }
    own = []
    for cell in made.cells:
        tags = [tag for tag in cell.metadata.get("tags", ()) if tag in frame]
        if tags:
            cell.source = frame[tags[0]]
        elif cell.cell_type == "markdown":
            cell.source = german.get(cell.id) or f"{NOT_YET}\n\n{cell.source}"
            own.append(cell)
    texts = linked([cell.source for cell in own], terms() | FORMS, TERMS_PAGE, ENDINGS)
    for cell, text in zip(own, texts, strict=True):
        cell.source = with_anchors(text)
    return made


def with_anchors(text: str) -> str:
    """The text with an ASCII anchor above each heading that has an umlaut: JupyterLab does not decode addresses."""
    return BEYOND_ASCII.sub(lambda m: f'<a id="{m[1].replace(" ", "-").translate(ASCII)}"></a>\n\n{m[0]}', text)


def terms() -> dict[str, str]:
    """The terms of the first part of the German page, each with its anchor, which is the English one."""
    page = (ROOT / "TERMS.de.md").read_text(encoding="utf-8").split("\n## ")[0]
    return {term: anchor for anchor, term in re.findall(r'^<a id="([^"]+)"></a>\n\n### (.+)$', page, re.MULTILINE)}


def lessons_table() -> str:
    """What each lesson teaches, takes and costs."""
    rows = ["| Lektion | danach | Minuten | mit `replay` | live kostet sie |", "|---|---|---|---|---|"]
    for x in lessons():
        if x.name in ONLY_ENGLISH:
            rows.append(f"| [{x.number} {x.title}](notebooks/{x.name}.ipynb) | | {x.minutes} | kostenlos | |")
        else:
            link = f"[{x.number} {x.title}](notebooks_de/{x.name}.ipynb)"
            rows.append(f"| {link} | {x.goal} | {x.minutes} | kostenlos, ohne Schlüssel | {x.live_cost} |")
    return "\n".join(rows)


def files(english: dict[str, nbformat.NotebookNode]) -> dict[str, str]:
    """All that is generated for the German course, by path from the course's folder, from the English notebooks."""
    made = {f"notebooks_de/images/way_{n}.svg": way_map.way_map(n, way_map.GERMAN) for n in way_map.GERMAN.steps}
    for pair in pairs():
        if pair.name in english:
            text = nbformat.writes(notebook(english[pair.name], pair))
            made[f"notebooks_de/{pair.name}.ipynb"] = text.rstrip("\n") + "\n"
    return made
