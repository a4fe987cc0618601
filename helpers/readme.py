"""The tables in the README that are written from the lessons and their tapes."""

import json
from datetime import datetime

from .paths import TAPES


def rewritten(text: str, lessons: list) -> str:
    """The README with its tables as they have to be now."""
    for name, table in {"lessons": lessons_table(lessons), "runs": runs_table(lessons)}.items():
        before, rest = text.split(f"<!-- {name} -->", 1)
        text = f"{before}<!-- {name} -->\n{table}\n<!-- /{name} -->{rest.split(f'<!-- /{name} -->', 1)[1]}"
    return text


def lessons_table(lessons: list) -> str:
    """What each lesson teaches, takes and costs."""
    rows = ["| lesson | what you can do afterwards | minutes | in `replay` | live, it costs |", "|---|---|---|---|---|"]
    for x in lessons:
        link = f"[{x.number} {x.title}](notebooks/{x.name}.ipynb)"
        rows.append(f"| {link} | {x.goal} | {x.minutes} | free, no key | {x.live_cost} |")
    return "\n".join(rows)


def runs_table(lessons: list) -> str:
    """What was run to make each tape: where, when, on which model and processor; read from the tapes."""
    rows = ["| lesson | its example | run at | begun (UTC) | model | on |", "|---|---|---|---|---|---|"]
    for x in lessons:
        path = TAPES / f"{x.name}.jsonl"
        if not path.exists():
            continue  # a new lesson; `record --check` names it
        with open(path, encoding="utf-8") as tape:
            about = json.loads(tape.readline())
        when = datetime.fromisoformat(about["recorded"])
        rows.append(
            f"| {x.number} {x.title} | {x.example} | `{about['against']}` | {when:%Y-%m-%d %H:%M} "
            f"| {about['base_model']} | {about['cores']} cores, {about['processor']} |"
        )
    return "\n".join(rows)
