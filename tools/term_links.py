"""Link the first use of each term of TERMS.md in each lesson: python -m tools.term_links

Headings, quotations, code, the titles of folds, and what is a link already stay as they are.
"""

import re

import nbformat

from helpers.paths import NOTEBOOKS, ROOT

LINK = re.compile(r"\[([^\[\]]+)\]\(\.\./TERMS\.md#[^)]+\)")
STAYS = (  # fenced code, headings and quotations, code, links and pictures, a fold's title, HTML, addresses
    r"^(?:```|~~~).*?^(?:```|~~~)[^\n]*|^[#>][^\n]*|`[^`\n]*`"
    r"|!?\[(?:[^\[\]]|\[[^\]]*\])*\]\([^)]*\)|<summary>.*?</summary>|<[^>\n]+>|https?://\S+"
)
EVERYDAY = {"03_train": {"step"}, "10_other_doors": {"step"}}  # where the word does not mean the term


def terms(page: str) -> dict[str, str]:
    """The terms of the page's first part, each with its anchor there."""
    found = re.findall(r"^### (.+)$", page.split("\n## ")[0], re.MULTILINE)
    return {term: re.sub(r"[^\w\- ]", "", term.lower()).replace(" ", "-") for term in found}


def linked(texts: list[str], anchors: dict[str, str], page: str = "../TERMS.md", endings: str = "s|es") -> list[str]:
    """A lesson's texts with a link at the first use of each term, and with no other link to a term.

    A term with a capital letter counts only as it is written, any other one with capitals, too.
    """
    longest_first = sorted(anchors, key=len, reverse=True)
    words = "|".join(re.escape(term) if term != term.lower() else f"(?i:{re.escape(term)})" for term in longest_first)
    use = re.compile(rf"{STAYS}|(?<![\w-])({words})(?:{endings})?(?![\w-])", re.MULTILINE | re.DOTALL)
    left = set(anchors.values())

    def link(match: re.Match) -> str:
        term = match[1] and (match[1] if match[1] in anchors else match[1].lower())
        if term is None or anchors[term] not in left:
            return match[0]
        left.remove(anchors[term])
        return f"[{match[0]}]({page}#{anchors[term]})"

    return [use.sub(link, LINK.sub(r"\1", text)) for text in texts]


def link_terms(notebook: nbformat.NotebookNode, lesson: str) -> None:
    """Link the terms in the lesson's own texts; `publish` writes header and footer."""
    anchors = terms((ROOT / "TERMS.md").read_text(encoding="utf-8"))
    here = {term: anchor for term, anchor in anchors.items() if term not in EVERYDAY.get(lesson, ())}
    frame = {"header", "footer"}
    cells = [c for c in notebook.cells if c.cell_type == "markdown" and not frame & set(c.metadata.get("tags", ()))]
    for cell, text in zip(cells, linked([cell.source for cell in cells], here), strict=True):
        cell.source = text


if __name__ == "__main__":
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        lesson = nbformat.read(path, 4)
        link_terms(lesson, path.stem)
        nbformat.write(lesson, path)
