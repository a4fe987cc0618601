"""What a decision rests on: the data from file to parts, the money, and the answers after a training."""

import hashlib
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..costs import Estimate
from ..training_data import Report, read
from .account import Account
from .gain import Gain


@dataclass(frozen=True)
class Data:
    """The reader's data, step by step. `source` is what `read` was given, `notes` the warnings that it gave."""

    source: Mapping
    notes: Sequence[str]
    examples: list[dict]
    findings: Report
    cleaned: list[dict]
    left: Report
    parts: dict[str, list[dict]]
    ignored: Sequence[str] = ()


@dataclass(frozen=True)
class Money:
    """The price of the training and of one conversation, today and with the tuned model, in USD; and the gain.

    `budget` is the most that the training may cost, `wanted` the least that it has to gain.
    """

    target_model: str
    estimate: Estimate
    budget: float
    prompt_tokens_today: int
    today: float
    tuned: float
    gain: Gain
    wanted: float


@dataclass(frozen=True)
class Study:
    """All that is known before a training.

    `money` is None if no example is left to train on. `searched` has the answers to the test questions without a
    model, `curve` the rows of `curve_without_a_model` and `small_trainings`, `conditions` the first table.
    """

    data: Data
    money: Money | None
    account: Account
    searched: Mapping[str, Sequence[str]]
    conditions: pd.DataFrame
    curve: pd.DataFrame


@dataclass(frozen=True)
class Outcome:
    """The name of the tuned model, and the conditions after the training.

    `answers` are those to the test questions, by name ("tuned", "base", …); `references` are the desk's own.
    """

    model: str
    answers: Mapping[str, Sequence[str]]
    references: Sequence[str]
    conditions: pd.DataFrame


def read_with_notes(source: Mapping) -> tuple[list[dict], list[str]]:
    """The examples that `training_data.read(**source)` makes, and its warnings: how it understood the file.

    Raises OSError or ValueError as `read` does.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        examples = read(**source)
    return examples, list(dict.fromkeys(str(one.message) for one in caught if one.category is UserWarning))


def with_prompt(messages: list[dict], prompt: str) -> list[dict]:
    """The messages with this system prompt instead of their own."""
    rest = [message for message in messages if message.get("role") not in ("system", "developer")]
    return [{"role": "system", "content": prompt}, *rest]


def file_facts(path: str | Path) -> dict[str, str]:
    """Name, size, SHA-256 and day of the last change of a file; of a folder, those of all its files together."""
    path = Path(path)
    files = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
    changed = max((file.stat().st_mtime for file in files), default=0)
    return {
        "name": path.name,
        "files": f"{len(files):,}",
        "size": f"{sum(file.stat().st_size for file in files):,} bytes",
        "SHA-256": _sha256_of_folder(path, files) if path.is_dir() else _sha256(path),
        "last changed": pd.Timestamp(changed, unit="s").strftime("%Y-%m-%d %H:%M UTC"),
    }


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sha256_of_folder(folder: Path, files: list[Path]) -> str:
    """The SHA-256 of a list of all files: a line for each, as `sha256sum` writes it."""
    lines = [f"{_sha256(file)}  {file.relative_to(folder).as_posix()}\n" for file in files]
    return hashlib.sha256("".join(lines).encode()).hexdigest()
