"""Open, lock and verify the store's database, and bring an older one up to date."""

import json
import shutil
import sqlite3
from pathlib import Path

from safetensors import SafetensorError, safe_open

ADAPTER_FILES = ("adapter_config.json", "adapter_model.safetensors")  # as PEFT names them


class BrokenStore(RuntimeError):
    """Something in the store's folder is damaged or in use; the message says what to do."""


def _create_objects(db: sqlite3.Connection) -> None:
    db.execute(
        "CREATE TABLE IF NOT EXISTS objects"  # stores from before versions were counted have it
        " (n INTEGER PRIMARY KEY, kind TEXT, id TEXT, parent TEXT, body TEXT, UNIQUE (kind, id))"
    )
    db.execute("CREATE INDEX IF NOT EXISTS by_parent ON objects (kind, parent, n)")


def _create_answers(db: sqlite3.Connection) -> None:
    db.execute(
        "CREATE TABLE IF NOT EXISTS answers"
        " (n INTEGER PRIMARY KEY, kind TEXT, id TEXT UNIQUE, created INTEGER, model TEXT, body TEXT, input TEXT)"
    )
    db.execute("CREATE INDEX IF NOT EXISTS by_age ON answers (created)")


MIGRATIONS = (_create_objects, _create_answers)  # a store of version n has had the first n; append, never change


def migrate(db: sqlite3.Connection) -> None:
    """Run the migrations that a database has not had. Raises BrokenStore if a newer server wrote it."""
    [version] = db.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        raise BrokenStore(
            f"The store is of version {version}, and this server knows versions up to {len(MIGRATIONS)}: "
            "install the newer server again, or choose another folder with --store."
        )
    for n, migration in enumerate(MIGRATIONS[version:], version + 1):
        db.execute("BEGIN IMMEDIATE")
        migration(db)
        db.execute(f"PRAGMA user_version = {n}")
        db.execute("COMMIT")


def open_database(path: Path) -> sqlite3.Connection:
    """The database, checked, migrated, and locked against a second server. Raises BrokenStore."""
    db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=0.2)
    try:
        db.execute("PRAGMA locking_mode=EXCLUSIVE")
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("BEGIN IMMEDIATE")  # takes the lock, which this mode keeps until the end
        db.execute("COMMIT")
        [found] = db.execute("PRAGMA quick_check(1)").fetchone()
        if found == "ok":
            migrate(db)
    except BrokenStore:
        db.close()
        raise
    except sqlite3.DatabaseError as error:
        db.close()
        if "locked" in str(error):
            raise BrokenStore(
                f"Another server uses the store {path.parent}: stop it, or choose another with --store."
            ) from None
        if isinstance(error, sqlite3.OperationalError):
            raise
        found = str(error)
    if found != "ok":
        db.close()
        raise BrokenStore(
            f"The database {path} is damaged ({' '.join(found.split())}). Nothing was changed: put a copy of it back, "
            "or choose another folder with --store."
        )
    return db


def remove_parts(folder: Path) -> None:
    """Remove what a killed server was writing; it was never confirmed to anybody."""
    # and nothing else
    ours = (
        "files/file-*.part",
        "models/model-*.part",
        "states/ftjob-*.part",
        "exports/export-*",
        "uploads/part_*.part",
    )
    for pattern in ours:
        for part in folder.glob(pattern):
            shutil.rmtree(part) if part.is_dir() else part.unlink()


def readable_adapter(folder: Path) -> bool:
    """Is there a configuration and a whole file of weights? The weights themselves are not read."""
    config, weights = (folder / name for name in ADAPTER_FILES)
    try:
        json.loads(config.read_text(encoding="utf-8"))
        with safe_open(weights, "numpy"):
            return True
    except (OSError, ValueError, SafetensorError):
        return False
