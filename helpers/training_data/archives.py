"""Files that are packed as .gz or .zip."""

import gzip
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from . import slack
from .mail_files import MAIL

READABLE = frozenset((".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".parquet")) | MAIL
PACKED = frozenset((".gz", ".zip"))
MAX_BYTES = 8 * 2**30  # of what comes out: a small archive can hold endless zeros


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """What is in the archive, in a folder that is gone afterwards: the one file that can be read, or a set of files.

    A set is texts, mail or Slack's export.

    Raises ValueError that says what to do.
    """
    with tempfile.TemporaryDirectory() as outer:
        folder = Path(outer) / path.name  # what is said of a set of files names it so
        folder.mkdir()
        try:
            found = _gz(path, folder) if path.suffix.lower() == ".gz" else _zip(path, folder)
        except (OSError, EOFError, RuntimeError, NotImplementedError, zlib.error, zipfile.BadZipFile) as error:
            raise ValueError(
                f"{path} cannot be unpacked: {error}. Fetch or pack it again, without a password."
            ) from None
        try:
            yield found
        except ValueError as error:  # the reader knows the archive, not the folder
            inside = str(path) if found.is_dir() else f"{path} → {found.name}"
            raise ValueError(str(error).replace(str(found), inside)) from None


def _copy(packed, target: Path) -> Path:
    with open(target, "wb") as file:
        while block := packed.read(2**20):
            if file.tell() > MAX_BYTES:
                raise OSError(f"more than {MAX_BYTES // 2**30} GB come out of it")
            file.write(block)
    return target


def _gz(path: Path, folder: Path) -> Path:
    with gzip.open(path) as packed:
        return _copy(packed, folder / path.stem)


def _zip(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if _is_readable(name)]
        if not names:
            raise ValueError(
                f"{path} holds no file that can be read ({', '.join(sorted(READABLE))}). Name another one."
            )
        is_set = slack.is_export(map(PurePosixPath, names))
        if len(names) > 1 and not is_set and any(_kind(name) not in MAIL | {".txt"} for name in names):
            shown = ", ".join(names[:10])
            raise ValueError(f"{path} holds several files that can be read: {shown}. Unpack it, and name one.")
        # no folder of the archive is used, and a number goes before each name, so that two of one name do not meet
        targets = [folder / f"{n:05}_{PurePosixPath(name).name}" for n, name in enumerate(names)]
        if len(names) == 1:
            targets = [folder / PurePosixPath(names[0]).name]
        for name, target in zip(names, targets, strict=True):
            with archive.open(name) as packed:
                _copy(packed, target)
    return targets[0] if len(targets) == 1 else folder


def _kind(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _is_readable(name: str) -> bool:
    path = PurePosixPath(name)
    hidden = path.parts[0] == "__MACOSX" or path.name.startswith(".")
    about = path.stem.lower() in ("readme", "liesmich", "license", "licence", "lizenz")
    return _kind(name) in READABLE | PACKED and not hidden and not about
