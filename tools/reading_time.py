"""How long a lesson takes in replay, counted from its cells: text, code, outputs, figures and the first exercise."""

import re

import nbformat

WORDS, CODE_LINES, OUTPUT_LINES = 200, 15, 55  # a minute
FIGURE, EXERCISE = 1.0, 2.5  # minutes; of a lesson's exercises only the first counts
MOST_READ = 40  # lines of one output: of a longer one the reader sees that it is long
FRAME = {"header", "setup", "footer"}
AFTER_THE_END = "## For the curious"  # how the cell begins below which nothing is needed for the next lesson
LATER_EXERCISES = ("**Middle", "**Hard")  # how the cells of those begin that a reader may leave for another day


def minutes(notebook: nbformat.NotebookNode) -> float:
    """The minutes of a lesson, for one who reads it once to its end and does its first exercise."""
    total = EXERCISE
    for cell in notebook.cells:
        if cell.source.startswith(AFTER_THE_END):
            break
        if FRAME & set(cell.metadata.get("tags", ())) or cell.source.startswith(LATER_EXERCISES):
            continue
        if cell.cell_type == "markdown":
            seen = re.sub(r"\]\([^)]*\)|<[^>]+>", "", cell.source)  # no addresses, no HTML
            total += len(seen.split()) / WORDS
        elif "exercises.check(" not in cell.source:
            total += len(cell.source.splitlines()) / CODE_LINES + sum(map(_of_output, cell.outputs))
    return total


def _of_output(output: nbformat.NotebookNode) -> float:
    if "image/png" in output.get("data", {}):
        return FIGURE
    text = output.get("text") or output.get("data", {}).get("text/plain", "")
    return min(MOST_READ, len(text.splitlines())) / OUTPUT_LINES
