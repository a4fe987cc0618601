"""Files, jobs, events, checkpoints and models on disk, as the JSON objects the API shows.

One SQLite database holds every object; the bytes of uploaded files, the weights of tuned
models and the state of unfinished training lie beside it in folders. Each change is one
transaction, so a server that is killed loses nothing it has confirmed.
"""

import contextlib
import json
import logging
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from .database import BrokenStore, open_database, readable_adapter, remove_parts

log = logging.getLogger(__name__)


def write_atomic(path: Path, content: bytes) -> None:
    """Write a file so that readers see the old content or the new, and a failure leaves nothing behind."""
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


class NotFound(KeyError):
    """No object of this kind has this id."""


class Store:
    """All state of one server, which alone may use the folder. Every method may be called from any thread."""

    def __init__(self, folder: Path):
        self.folder = Path(folder)
        for name in ("files", "models", "states"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = open_database(self.folder / "store.sqlite")
        remove_parts(self.folder)

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
        """The rows of a statement, which is a transaction of its own unless it stands in one."""
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

    # Bytes and weights. Ids are looked up in the database before they become part of a path.

    def file_path(self, file_id: str) -> Path:
        """Where the bytes of a file are kept. Raises BrokenStore if they are not what was uploaded."""
        file = self.get("file", file_id)
        path = self.folder / "files" / file["id"]
        if not path.is_file() or path.stat().st_size != file["bytes"]:
            raise BrokenStore(f"The content of {file['id']} is damaged in the server's store: upload the file again.")
        return path

    def add_file(self, body: dict, content: BinaryIO) -> dict:
        """Save an uploaded file, object and bytes, or nothing."""
        path = self.folder / "files" / body["id"]
        part = path.with_name(f"{path.name}.part")
        try:
            with open(part, "wb") as target:
                shutil.copyfileobj(content, target, 1024 * 1024)
            part.replace(path)
            return self.put("file", body)
        except BaseException:
            for unfinished in (part, path):
                unfinished.unlink(missing_ok=True)
            raise

    def delete_file(self, file_id: str) -> None:
        """Raises NotFound."""
        name = self.get("file", file_id)["id"]
        self.delete("file", name)
        (self.folder / "files" / name).unlink(missing_ok=True)

    def weights_folder(self, name: str) -> Path:
        """Where the adapter of a tuned model or checkpoint is kept. Raises BrokenStore if it cannot be read."""
        folder = self.folder / "models" / self.get("model", name)["folder"]
        if not readable_adapter(folder):
            raise BrokenStore(f"The weights of {name} are damaged in the server's store: train the model again.")
        return folder

    def delete_model(self, name: str) -> None:
        """Delete a model or checkpoint, then its weights. Raises NotFound."""
        with self.transaction():
            folder = self.get("model", name)["folder"]
            self._db.execute(
                "DELETE FROM objects WHERE kind = 'checkpoint' "
                "AND json_extract(body, '$.fine_tuned_model_checkpoint') = ?",
                (name,),
            )
            self.delete("model", name)
        self.drop_weights(folder)

    def drop_weights(self, folder: str) -> None:
        """Delete a folder of weights, if it is there. One that cannot be deleted is logged: it only takes room."""
        path = self.folder / "models" / folder
        try:
            if path.exists():
                shutil.rmtree(path)
        except OSError:
            log.exception("%s cannot be deleted", path)

    def state_path(self, job_id: str) -> Path:
        """Where the state of a job's unfinished training is kept, if it has any."""
        return self.folder / "states" / f"{self.get('job', job_id)['id']}.safetensors"

    def drop_state(self, job_id: str) -> None:
        """Delete the state of a job's unfinished training, if it has any."""
        self.state_path(job_id).unlink(missing_ok=True)
