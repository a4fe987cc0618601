"""Conversations in text files, mail and Slack's export, one file or a folder of them."""

from pathlib import Path

from . import chat_export, shapes, slack
from .json_records import records
from .jsonl import existing_file
from .mail_files import is_mail
from .mail_threads import from_mail
from .tables import text_of


def examples(path: Path, own: dict[str, str]) -> list[tuple[dict, dict]]:
    """Examples, and what the source says of each. `own` are the reader's names of roles. Raises ValueError."""
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [existing_file(path)]
    if slack.is_export(files):
        days = [file for file in files if slack.DAY.fullmatch(file.name)]
        said = [one for day in days for _, one in records(day, slack.is_message) if slack.is_message(one)]
        return shapes.examples(path, enumerate(said, 1), own)
    mail = [file for file in files if is_mail(file)]
    texts = [file for file in files if file.suffix.lower() == ".txt"]
    if mail and texts:
        raise ValueError(f"{path} has mail and .txt files. Put those of one kind into a folder of their own.")
    if mail:
        return from_mail(path, mail, own)
    if not texts:
        raise ValueError(f"{path} has no .txt files and no mail (.mbox, .eml). Name such a folder, or a file.")
    return [(example, {}) for example in _from_chats(path, texts, own)]


def _from_chats(path: Path, files: list[Path], own: dict[str, str]) -> list[dict]:
    """One example for each file."""
    found = []
    chats = chat_export.of_chats(path, [text_of(file) for file in files], own)
    for n, (file, (messages, facts)) in enumerate(zip(files, chats, strict=True), 1):
        name = file.relative_to(path) if path.is_dir() else file
        found.append({"line": n, "id": name.as_posix(), "messages": messages, **facts})
    if all(len(example["messages"]) < 2 for example in found):
        raise ValueError(
            f"{path} is read as a chat, and no line begins with a known speaker. Name the speakers as roles=, "
            "or, if it is a table, its columns as question= and answer=."
        )
    return found
