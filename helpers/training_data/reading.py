"""From files as people have them to examples in OpenAI's chat format."""

from pathlib import Path

from . import chat_export, shapes
from .archives import PACKED, unpacked
from .json_records import records
from .jsonl import existing_file
from .roles import ROLES, role_of
from .tables import Rows, json_rows, read_rows, text_of

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
) -> list[dict]:
    """Examples from JSON, JSONL, CSV, Excel, Parquet, a text file, a folder of them, or one of these in .gz or .zip.

    For a table, name the columns: `question` and `answer`; or, where a row is one message, `role`, `text` and
    `conversation`, which tells the messages that belong together. The column `topic` is kept beside the messages. A
    .txt file without named columns, and each one in a folder, is a conversation, whose lines begin with the speaker
    ("Customer: …"), or with date, time and name as WhatsApp writes them. `roles` maps the file's names of roles to
    OpenAI's, and "*" everyone else (`roles={"Red Desk": "assistant", "*": "user"}`); the usual ones of tables and
    folders are known (ROLES). `system` is put before examples without a system prompt. JSON, JSONL and Parquet with
    chats or tickets need no columns: known shapes are told apart, and a warning says what was taken (SHAPES).

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
    }
    columns = [column for what, column in named.items() if column and what != "topic"]
    if path.suffix.lower() in PACKED:
        with unpacked(existing_file(path)) as inside:
            return read(inside, **named, system=system, roles=roles)
    if path.is_dir():
        examples = _from_folder(path, ROLES | own)
    elif path.suffix.lower() == ".txt" and not any(named.values()):
        examples = [_from_chat(existing_file(path), ROLES | own)]
    elif path.suffix.lower() in JSON | {".parquet"} and not columns:
        found = shapes.examples(path, records(existing_file(path), shapes.fits), own)
        if topic and not any(topic in record for _, record in found):
            keys = ", ".join(map(repr, dict.fromkeys(key for _, record in found for key in record)))
            raise ValueError(f"{path} has no record with a key {topic!r}. It has {keys}: name one of them as topic=.")
        examples = [_with_topic(example, record, topic) for example, record in found]
    else:
        rows = _rows(existing_file(path), [column for column in named.values() if column])
        _check_columns(path, rows, named)
        pairs = (
            _from_pairs(rows, question, answer)
            if question
            else _from_messages(rows, conversation, role, text, ROLES | own)
        )
        examples = [_with_topic(example, row, topic) for example, row in pairs]
    return [_with_system(example, system) for example in examples] if system else examples


def _rows(path: Path, named: list[str]) -> Rows:
    if path.suffix.lower() not in JSON:
        return read_rows(path, named)
    return json_rows(records(path, lambda record: isinstance(record, dict) and record.keys() >= set(named)))


def _check_columns(path: Path, rows: Rows, named: dict[str, str]) -> None:
    if not rows:
        raise ValueError(f"{path} has no rows. Its first line must name the columns, and data must follow.")
    columns = list(rows[0][1])
    there = f"{path} has the columns {', '.join(map(repr, columns))}."
    if not (named["question"] and named["answer"]) and not (named["conversation"] and named["role"] and named["text"]):
        raise ValueError(f"{there} Name two as question= and answer=, or three as conversation=, role= and text=.")
    for what, column in named.items():
        if column and column not in columns:
            raise ValueError(f"{there} There is no {column!r}: name one of them as {what}=.")


def _from_pairs(rows: Rows, question: str, answer: str):
    for line, row, wrong in rows:
        messages = [{"role": "user", "content": row[question]}, {"role": "assistant", "content": row[answer]}]
        yield {"line": line, "messages": messages} | ({"misread": wrong} if wrong else {}), row


def _from_messages(rows: Rows, conversation: str, role: str, text: str, roles: dict[str, str]):
    examples: dict[str, tuple[dict, dict]] = {}
    for line, row, wrong in rows:
        name = str(row[conversation])
        if not name.strip():  # as Excel stores all but the first of merged cells
            name = f"line {line}"
            wrong = wrong or f"line {line} names no {conversation!r}. Unmerge the cells, and fill each one."
        example, _ = examples.setdefault(name, ({"line": line, "id": name, "messages": []}, row))
        example["messages"].append({"role": role_of(row[role], roles), "content": row[text]})
        if wrong:
            example["misread"] = wrong
    return examples.values()


def _from_chat(path: Path, roles: dict[str, str]) -> dict:
    messages = chat_export.messages(text_of(path), roles)
    if len(messages) < 2:
        raise ValueError(
            f"{path} is read as a chat, and no line begins with a known speaker. Name the speakers as roles=, "
            "or, if it is a table, its columns as question= and answer=."
        )
    return {"line": 1, "id": path.name, "messages": messages}


def _from_folder(folder: Path, roles: dict[str, str]) -> list[dict]:
    """One example for each file."""
    files = sorted(path for path in folder.rglob("*.txt") if path.is_file())
    if not files:
        raise ValueError(f"{folder} has no .txt files. Name a folder of text exports, or a file.")
    examples = []
    for n, file in enumerate(files, 1):
        examples.append(
            {
                "line": n,
                "id": file.relative_to(folder).as_posix(),
                "messages": chat_export.messages(text_of(file), roles),
            }
        )
    return examples


def _with_topic(example: dict, row: dict, topic: str) -> dict:
    return {**example, "topic": str(row.get(topic, ""))} if topic else example


def _with_system(example: dict, system: str) -> dict:
    messages = example["messages"]
    if any(isinstance(m, dict) and m.get("role") in ("system", "developer") for m in messages):
        return example
    return {**example, "messages": [{"role": "system", "content": system}, *messages]}
