"""A page's source as the book needs it: cells that JupyterLab folds are folded, and figures have alternative texts."""

import json
import re
from pathlib import Path

from .pages import LANGUAGES, Language, lessons, more

WORDS = re.compile(r"<details><summary>[^<]*</summary>\s*(.+?)\s*</details>", re.DOTALL)  # helpers/figure_words.py


def for_the_book(app, page: str, source: list[str]) -> None:
    """Sphinx's event source-read: change the page's only text in place."""
    language = LANGUAGES[app.config.language]
    if page == language.home:
        source[0] += contents(Path(app.srcdir), language)
    elif page.startswith(f"{language.lessons}/"):
        source[0] = json.dumps(notebook_for_the_book(json.loads(source[0])))


def contents(root: Path, language: Language) -> str:
    """The list of all pages, for the menu."""
    parts = {language.lessons_title: lessons(root, language), language.more_title: more(root, language)}
    return "".join(
        f"\n\n```{{toctree}}\n:hidden:\n:caption: {title}\n\n" + "\n".join(pages) + "\n```\n"
        for title, pages in parts.items()
        if pages
    )


def notebook_for_the_book(notebook: dict) -> dict:
    """The notebook with MyST's marks for folded cells, and an alternative text for each figure.

    The alternative text is what a cell shows below its figure, or else the heading above.
    """
    notebook["metadata"].setdefault("language_info", {})["pygments_lexer"] = "ipython3"  # it knows !curl and %pip
    heading = ""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            heading = ([heading, *re.findall(r"^#+ +(.+)$", "".join(cell["source"]), re.MULTILINE)])[-1]
            continue
        if cell["cell_type"] != "code":
            continue
        if cell["metadata"].get("jupyter", {}).get("source_hidden"):
            cell["metadata"]["tags"] = [*cell["metadata"].get("tags", []), "hide-input"]
        words = [_words(output) for output in cell["outputs"]]
        cell["metadata"]["mystnb"] = {"image": {"alt": " ".join(filter(None, words)) or heading}}
    return notebook


def anchor(heading: str) -> str:
    """The id that JupyterLab gives a heading, which the course's links use."""
    return heading.replace(" ", "-")


def _words(output: dict) -> str | None:
    found = WORDS.fullmatch("".join(output.get("data", {}).get("text/markdown", "")))
    return found and found[1]
