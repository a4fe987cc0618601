"""Conversations in text files and mail, one file or a folder of them."""

from collections import Counter
from pathlib import Path

from . import chat_export, chat_speakers
from .jsonl import existing_file
from .mail_files import MAIL
from .mail_threads import from_mail
from .roles import ROLES
from .tables import text_of


def examples(path: Path, own: dict[str, str]) -> list[tuple[dict, dict]]:
    """Examples, and what the source says of each. `own` are the reader's names of roles. Raises ValueError."""
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [existing_file(path)]
    mail = [file for file in files if file.suffix.lower() in MAIL]
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
    roles = ROLES | own
    texts = [text_of(file) for file in files]
    labels = [chat_speakers.labels(text, roles) for text in texts]
    usual = Counter(label for found in labels for label in set(found))
    found = []
    for n, (file, text, heard) in enumerate(zip(files, texts, labels, strict=True), 1):
        if chat_export.is_stamped(text):
            messages = chat_export.stamped_messages(text, roles)
        else:
            messages = chat_export.spoken_messages(text, chat_speakers.speakers(heard, roles, own, usual))
        name = file.relative_to(path) if path.is_dir() else file
        found.append({"line": n, "id": name.as_posix(), "messages": messages})
    if all(len(example["messages"]) < 2 for example in found):
        raise ValueError(
            f"{path} is read as a chat, and no line begins with a known speaker. Name the speakers as roles=, "
            "or, if it is a table, its columns as question= and answer=."
        )
    return found
