"""Files, jobs, events, checkpoints and models on disk, as the JSON objects the API shows.

One SQLite database holds every object; the bytes of uploaded files and the weights of
tuned models lie beside it in folders. Each change is one transaction, so a server that
is killed loses nothing it has confirmed.
"""

import json
import secrets
import shutil
import sqlite3
import string
import threading
from pathlib import Path

from ..paths import write_whole

ALPHABET = string.ascii_letters + string.digits


class NotFound(KeyError):
    """No object of this kind has this id."""


def new_id(prefix: str, length: int = 24) -> str:
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(length))


class Store:
    """All state of one server. Every method may be called from any thread."""

    def __init__(self, folder: Path):
        self.folder = Path(folder)
        for name in ("files", "models"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.lock = threading.RLock()
        self._db = sqlite3.connect(self.folder / "store.sqlite", check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS objects"
            " (n INTEGER PRIMARY KEY, kind TEXT, id TEXT, parent TEXT, body TEXT, UNIQUE (kind, id))"
        )

    def close(self) -> None:
        with self.lock:
            self._db.close()

    def put(self, kind: str, body: dict, parent: str | None = None) -> dict:
        """Save a new object, or a new version of one that is there."""
        with self.lock:
            self._db.execute(
                "INSERT INTO objects (kind, id, parent, body) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
                (kind, body["id"], parent, json.dumps(body)),
            )
        return body

    def get(self, kind: str, id: str) -> dict:
        with self.lock:
            row = self._db.execute("SELECT body FROM objects WHERE kind = ? AND id = ?", (kind, id)).fetchone()
        if row is None:
            raise NotFound(id)
        return json.loads(row[0])

    def change(self, kind: str, id: str, **values) -> dict:
        with self.lock:
            return self.put(kind, self.get(kind, id) | values)

    def delete(self, kind: str, id: str) -> None:
        with self.lock:
            if not self._db.execute("DELETE FROM objects WHERE kind = ? AND id = ?", (kind, id)).rowcount:
                raise NotFound(id)

    def all(self, kind: str, parent: str | None = None) -> list[dict]:
        """Every object of a kind, oldest first."""
        with self.lock:
            rows = self._db.execute(
                "SELECT body FROM objects WHERE kind = ? AND parent IS ? ORDER BY n", (kind, parent)
            ).fetchall()
        return [json.loads(body) for (body,) in rows]

    # Bytes and weights. Ids were looked up in the database before they become part of a path.

    def file_path(self, file_id: str) -> Path:
        return self.folder / "files" / self.get("file", file_id)["id"]

    def add_file(self, body: dict, content: bytes) -> dict:
        write_whole(self.folder / "files" / body["id"], content)
        return self.put("file", body)

    def delete_file(self, file_id: str) -> None:
        path = self.file_path(file_id)
        self.delete("file", file_id)
        path.unlink(missing_ok=True)

    def weights_folder(self, name: str) -> Path:
        """Where the adapter of a tuned model or checkpoint lies."""
        return self.folder / "models" / self.get("model", name)["folder"]

    def delete_model(self, name: str) -> None:
        folder = self.weights_folder(name)
        self.delete("model", name)
        shutil.rmtree(folder, ignore_errors=True)
