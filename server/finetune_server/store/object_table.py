"""The table of the objects that the API shows: JSON by kind and id."""

import contextlib
import json
import threading
from collections.abc import Iterator

from .database import Database

LAST = 2**63 - 1  # no row has this number


class NotFound(KeyError):
    """No object of this kind has this id."""


class ObjectTable:
    """A database of objects, which one server alone may use. Every method may be called from any thread."""

    def __init__(self, database: Database):
        self._lock = threading.RLock()
        self._db = database

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
            self._db.begin()
            try:
                yield
                self._db.commit()
            except BaseException:
                self._db.rollback()
                raise

    def execute(self, sql: str, values: tuple = ()) -> list[tuple]:
        """The rows of a statement, which is a transaction of its own unless it is inside one."""
        with self._lock:
            return self._db.execute(sql, values)

    def put(self, kind: str, body: dict, parent: str | None = None) -> dict:
        """Save a new object, or a new version of one that is there."""
        self.execute(
            "INSERT INTO objects (kind, id, parent, body) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
            (kind, body["id"], parent, json.dumps(body, allow_nan=False)),
        )
        return body

    def get(self, kind: str, id: str) -> dict:
        """The object. Raises NotFound."""
        for (body,) in self.execute("SELECT body FROM objects WHERE kind = ? AND id = ?", (kind, id)):
            return json.loads(body)
        raise NotFound(id)

    def change(self, kind: str, id: str, **values) -> dict:
        """Set fields of an object, and return it as it is then. Raises NotFound."""
        with self.transaction():
            return self.put(kind, self.get(kind, id) | values)

    def delete(self, kind: str, id: str) -> None:
        """Raises NotFound."""
        with self.transaction():
            self.get(kind, id)
            self.execute("DELETE FROM objects WHERE kind = ? AND id = ?", (kind, id))

    def all(self, kind: str, parent: str | None = None) -> list[dict]:
        """Every object of a kind with this parent (None: those without one), oldest first."""
        condition, values = _of(kind, parent)
        rows = self.execute(f"SELECT body FROM objects WHERE {condition} ORDER BY n", values)
        return [json.loads(body) for (body,) in rows]

    def newest(self, kind: str, parent: str, after: str | None, limit: int) -> list[dict]:
        """At most `limit` objects, newest first, older than `after` if it is given. Raises NotFound for that one."""
        condition, values = _of(kind, parent)
        before = LAST
        if after:
            rows = self.execute(f"SELECT n FROM objects WHERE {condition} AND id = ?", (*values, after))
            if not rows:
                raise NotFound(after)
            [[before]] = rows
        newest = f"SELECT body FROM objects WHERE {condition} AND n < ? ORDER BY n DESC LIMIT ?"
        return [json.loads(body) for (body,) in self.execute(newest, (*values, before, limit))]


def _of(kind: str, parent: str | None) -> tuple[str, tuple]:
    """The condition for the objects of a kind with this parent, and its values."""
    if parent is None:
        return "kind = ? AND parent IS NULL", (kind,)
    return "kind = ? AND parent = ?", (kind, parent)
