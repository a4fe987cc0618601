"""The store's database in a file, by SQLite."""

import contextlib
import errno
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from .database import BrokenStore, DatabaseError


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        full = (getattr(error, "sqlite_errorname", None) or "").startswith(("SQLITE_FULL", "SQLITE_IOERR"))
        raise DatabaseError(str(error), errno.ENOSPC if full else None) from error


class SqliteDatabase:
    """The database in a file that is not damaged, and that no other server uses. Raises BrokenStore."""

    numbered = "INTEGER PRIMARY KEY"

    def __init__(self, path: Path):
        with _explained():
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=0.2)
        try:
            found = self._lock_and_check()
        except sqlite3.DatabaseError as error:
            self._db.close()
            if "locked" in str(error):
                raise BrokenStore(
                    f"Another server uses the store {path.parent}: stop it, or choose another with --store."
                ) from None
            if isinstance(error, sqlite3.OperationalError):
                raise DatabaseError(str(error)) from error
            found = str(error)
        if found != "ok":
            self._db.close()
            raise BrokenStore(
                f"The database {path} is damaged ({' '.join(found.split())}). Nothing was changed: put a copy of it "
                "back, or choose another folder with --store."
            )

    def _lock_and_check(self) -> str:
        self._db.execute("PRAGMA locking_mode=EXCLUSIVE")
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("BEGIN IMMEDIATE")  # takes the lock, which this mode keeps until the end
        self._db.execute("COMMIT")
        [found] = self._db.execute("PRAGMA quick_check(1)").fetchone()
        return found

    @property
    def in_transaction(self) -> bool:
        return self._db.in_transaction

    def execute(self, sql: str, values: tuple = ()) -> list[tuple]:
        with _explained():
            return self._db.execute(sql, values).fetchall()

    def begin(self) -> None:
        self.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self.execute("COMMIT")

    def rollback(self) -> None:
        with _explained():
            self._db.rollback()

    def close(self) -> None:
        self._db.close()

    def version(self) -> int:
        [[version]] = self.execute("PRAGMA user_version")
        return version

    def set_version(self, version: int) -> None:
        self.execute(f"PRAGMA user_version = {version}")

    def field(self, name: str) -> str:
        return f"json_extract(body, '$.{name}')"
