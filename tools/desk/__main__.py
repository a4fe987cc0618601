"""`python -m tools.desk`: writes data/desk/ anew. The same seed writes the same bytes."""

import csv
import io
import json
from pathlib import Path

from helpers.paths import DESK
from helpers.t1000.desk_cleaning import prepared
from helpers.t1000.desk_grading import load_handbook
from helpers.t1000.tickets import to_example
from helpers.training_data import read_jsonl

from . import article, preferences, to_json
from .banks import PARTS
from .flaws import raw_export
from .more_questions import more_questions
from .sets import sets


def main(folder: Path = DESK) -> None:
    """Write every generated file into the folder. The handbook is written by hand, and not among them."""
    for language in ("en", "de"):
        _write_language(folder / language, language)
    for part, rows in to_json.sets().items():
        _write_rows(folder / "tickets_to_json" / f"{part}.jsonl", rows)
    _write(folder / "tickets_to_json" / "schema.json", json.dumps(to_json.schema(), indent=2) + "\n")
    _write_rows(folder / "article_004" / "train.jsonl", article.examples())
    _write_rows(folder / "article_004" / "test.jsonl", article.tests())
    _write_preferences(folder / "preferences", folder / "en")
    parts = [read_jsonl(folder / "en" / f"{part}.jsonl") for part in PARTS]
    asked = [message["content"] for part in parts for example in part for message in example["messages"]]
    _write(folder / "en" / "more_questions.txt", "\n".join(more_questions(asked)) + "\n")


def _write_language(folder: Path, language: str) -> None:
    made = sets(language)
    raw, flaws, truths = raw_export(made.pop("train"), language)
    _write_rows(folder / "raw.jsonl", raw)
    _write_table(folder / "raw.flaws.csv", flaws)
    train = prepared(raw, load_handbook(language))
    made["train"] = [ticket | {"truth": truths[ticket["ticket"]]} for ticket in train]
    for part, tickets in made.items():
        _write_rows(folder / f"{part}.jsonl", [to_example(ticket, language) for ticket in tickets])
        _write_rows(folder / f"{part}.truth.jsonl", [ticket["truth"] for ticket in tickets])


def _write_preferences(folder: Path, tickets: Path) -> None:
    for part in PARTS:
        examples, truths = (read_jsonl(tickets / f"{part}{kind}.jsonl") for kind in ("", ".truth"))
        pairs, labels = preferences.pairs(part, examples, truths)
        _write_rows(folder / f"{part}.jsonl", pairs)
        _write_table(folder / f"{part}.faults.csv", labels)


def _write_table(path: Path, rows: list[dict]) -> None:
    text = io.StringIO()
    table = csv.DictWriter(text, rows[0], lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    _write(path, text.getvalue())


def _write_rows(path: Path, rows: list[dict]) -> None:
    _write(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
