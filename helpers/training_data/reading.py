"""From files as people have them to examples in OpenAI's chat format."""

from pathlib import Path

from . import conversation_files, shapes
from .archives import PACKED, unpacked
from .json_records import records
from .jsonl import existing_file
from .mail_files import is_mail
from .people import without_usual
from .table_examples import Pairs, from_table
from .tables import json_rows, read_rows

JSON = frozenset((".json", ".jsonl", ".ndjson"))


def read(
    path: str | Path,
    *,
    question: str = "",
    answer: str = "",
    conversation: str = "",
    role: str = "",
    text: str = "",
    topic: str = "",
    system: str = "",
    roles: dict[str, str] | None = None,
    sheet: str = "",
    header_row: int = 0,
    time: str = "",
    internal: str = "",
) -> list[dict]:
    """Examples from JSON, JSONL, CSV, Excel, Parquet, mail, a text file, a folder of them, or these in .gz or .zip.

    For a table, name the columns: `question` and `answer`; or, where a row is one message, `role`, `text` and
    `conversation`, which tells the messages that belong together; or only `text`, if its cells hold whole chats. The
    column `topic` is kept beside the messages. A
    .txt file without named columns, and each one in a folder, is a conversation, whose lines begin with the speaker
    ("Customer: …"), or with date, time and name as WhatsApp writes them. In mail (.mbox, .eml, or a folder of them) a
    thread is one. `roles` maps the file's names of roles to OpenAI's, and "*" everyone else; in mail and elsewhere,
    an address or its domain is a name (`roles={"@desk.example": "assistant", "*": "user"}`); the usual ones of tables
    and folders are known (ROLES). `system` is put before examples without a system prompt. JSON, JSONL and Parquet
    and tables of known shapes need no columns: the shapes are told apart, and a warning says what was taken (SHAPES).

    A table is sought in all of a workbook's sheets, and its header in the first rows; `sheet` and `header_row`,
    counted from 1, say where they are. `time` is the column by which the messages of a conversation are sorted.
    Internal notes are left out; `internal` is the column that tells them, where its name does not.

    Where the source names who wrote, examples have a `customer`, whose conversations `split` keeps together, and
    `people`, whose names `clean` masks.

    Raises OSError if there is no such file, and ValueError if it cannot be understood; both say what to do.
    """
    path, own = Path(path), {name.lower(): openai for name, openai in (roles or {}).items()}
    named = {
        "question": question,
        "answer": answer,
        "conversation": conversation,
        "role": role,
        "text": text,
        "topic": topic,
        "time": time,
        "internal": internal,
    }
    if path.suffix.lower() in PACKED and not path.is_dir():
        with unpacked(existing_file(path)) as inside:
            return read(inside, **named, system=system, roles=roles, sheet=sheet, header_row=header_row)
    found = list(_examples(path, named, own, sheet, header_row))
    if topic and not any(topic in record for _, record in found):
        keys = ", ".join(map(repr, dict.fromkeys(key for _, record in found for key in record)))
        raise ValueError(f"{path} has no record with a key {topic!r}. It has {keys}: name one of them as topic=.")
    examples = [{**example, "topic": str(record.get(topic, ""))} if topic else example for example, record in found]
    told = (n for n, (_, record) in enumerate(found) if not {"customer", "people"} & record.keys())
    examples = without_usual(examples, told)
    return [_with_system(example, system) for example in examples] if system else examples


def _examples(path: Path, named: dict[str, str], own: dict[str, str], sheet: str, header_row: int) -> Pairs:
    """Examples, and the records, rows or headers where they begin."""
    kind, words = path.suffix.lower(), [column for column in named.values() if column]
    columns = [column for column in words if column != named["topic"]]
    if path.is_dir() or (kind == ".txt" and not words) or is_mail(existing_file(path)):
        return conversation_files.examples(path, own)
    if kind in JSON | {".parquet"} and not columns:
        return shapes.examples(path, records(existing_file(path), shapes.fits), own)
    if kind in JSON:
        fits = set(words).issubset
        rows = json_rows(records(existing_file(path), lambda record: isinstance(record, dict) and fits(record)))
    else:
        rows = read_rows(existing_file(path), words, sheet, header_row)
    if not columns and rows and shapes.is_known_row(rows[0][1]):
        return shapes.from_rows(path, rows, own)
    return from_table(path, rows, named, own)


def _with_system(example: dict, system: str) -> dict:
    messages = example["messages"]
    if any(isinstance(m, dict) and m.get("role") in ("system", "developer") for m in messages):
        return example
    return {**example, "messages": [{"role": "system", "content": system}, *messages]}
