"""The table of the objects that the API shows: JSON by kind and id, in SQLite."""

import contextlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path

from .database import open_database


class NotFound(KeyError):
    """No object of this kind has this id."""


class ObjectTable:
    """A database of objects, which one server alone may use. Every method may be called from any thread."""

    def __init__(self, database: Path):
        self._lock = threading.RLock()
        self._db = open_database(database)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes inside are made, or none; other threads wait. Transactions may be nested."""
        with self._lock:
            if self._db.in_transaction:
                yield
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                self._db.rollback()
                raise

    def execute(self, sql: str, values: tuple = ()) -> list[tuple]:
        """The rows of a statement, which is a transaction of its own unless it is inside one."""
        with self.transaction():
            return self._db.execute(sql, values).fetchall()

    def put(self, kind: str, body: dict, parent: str | None = None) -> dict:
        """Save a new object, or a new version of one that is there."""
        with self.transaction():
            self._db.execute(
                "INSERT INTO objects (kind, id, parent, body) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
                (kind, body["id"], parent, json.dumps(body, allow_nan=False)),
            )
        return body

    def get(self, kind: str, id: str) -> dict:
        """The object. Raises NotFound."""
        with self._lock:
            row = self._db.execute("SELECT body FROM objects WHERE kind = ? AND id = ?", (kind, id)).fetchone()
        if row is None:
            raise NotFound(id)
        return json.loads(row[0])

    def change(self, kind: str, id: str, **values) -> dict:
        """Set fields of an object, and return it as it is then. Raises NotFound."""
        with self.transaction():
            return self.put(kind, self.get(kind, id) | values)

    def delete(self, kind: str, id: str) -> None:
        """Raises NotFound."""
        with self.transaction():
            if not self._db.execute("DELETE FROM objects WHERE kind = ? AND id = ?", (kind, id)).rowcount:
                raise NotFound(id)

    def all(self, kind: str, parent: str | None = None) -> list[dict]:
        """Every object of a kind with this parent (None: those without one), oldest first."""
        with self._lock:
            rows = self._db.execute(
                "SELECT body FROM objects WHERE kind = ? AND parent IS ? ORDER BY n", (kind, parent)
            ).fetchall()
        return [json.loads(body) for (body,) in rows]

    def newest(self, kind: str, parent: str, after: str | None, limit: int) -> list[dict]:
        """At most `limit` objects, newest first, older than `after` if it is given. Raises NotFound for that one."""
        with self._lock:
            before = 2**63 - 1
            if after:
                row = self._db.execute(
                    "SELECT n FROM objects WHERE kind = ? AND id = ? AND parent IS ?", (kind, after, parent)
                ).fetchone()
                if row is None:
                    raise NotFound(after)
                [before] = row
            rows = self._db.execute(
                "SELECT body FROM objects WHERE kind = ? AND parent IS ? AND n < ? ORDER BY n DESC LIMIT ?",
                (kind, parent, before, limit),
            ).fetchall()
        return [json.loads(body) for (body,) in rows]
