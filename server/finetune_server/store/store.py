"""Files, jobs, events, checkpoints and models on disk, as the JSON objects the API shows.

One database holds every object, SQLite or PostgreSQL; the bytes of uploaded files, the weights of tuned
models and the state of unfinished training lie beside it in folders. Each change is one
transaction, so a server that is killed loses nothing it has confirmed. Files and weights
that no object owns yet, or any more, are noted in the database (kind "unowned"), and a
start removes them. It removes nothing else: a database that was lost, or replaced by an
older copy, cannot tell which of the files beside it are of use.
"""

import contextlib
import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from ..metrics import TRAINED_TOKENS
from .content import FOLDERS, readable_adapter, remove, remove_parts
from .database import BrokenStore
from .object_table import NotFound, ObjectTable
from .open_database import open_database
from .remote_files import RemoteFiles

log = logging.getLogger(__name__)

Content = tuple[Path, Callable[[Path], object]]  # where a file or folder is to be, and what writes it there


class Store(ObjectTable):
    """All state of one server, which alone may use it. Every method may be called from any thread.

    The database is SQLite's, in the folder, or the one at a PostgreSQL address. The files are in the folder, or at an
    address of fsspec's; then the folder is a cache of them.
    """

    def __init__(self, folder: Path, database: str | None = None, files: str | None = None):
        self.folder = Path(folder)
        for name in FOLDERS:
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self._remote = RemoteFiles(files, self.folder) if files else None
        super().__init__(open_database(self.folder, database, self._remote))
        if self._remote:
            self._remote.empty_cache()
        remove_parts(self.folder)
        for unowned in self.all("unowned"):
            self._remove(self.folder / unowned["id"])

    # Ids are looked up in the database before they become part of a path.

    def file_path(self, file_id: str) -> Path:
        """Where the bytes of a file are kept. Raises BrokenStore if they are not what was uploaded."""
        file = self.get("file", file_id)
        path = self.local(self.folder / "files" / file["id"])
        if not path.is_file() or path.stat().st_size != file["bytes"]:
            raise BrokenStore(f"The content of {file['id']} is damaged in the server's store: upload the file again.")
        return path

    def local(self, path: Path) -> Path:
        """The same path, when what is kept there elsewhere lies there, too."""
        if self._remote:
            self._remote.fetch(path)
        return path

    @contextlib.contextmanager
    def new_content(self, *contents: Content) -> Iterator[None]:
        """Let each function write the file or folder of its path. The body of the `with` adds the objects that own
        them, in one transaction; where it raises, what was written is removed.
        """
        with self._lock:  # of another thread's transaction the end is waited for
            assert not self._db.in_transaction, "the notes must be on the disk before the content is"
        try:
            for path, write in contents:
                self._disown(path)
                part = path.with_name(f"{path.name}.part")
                write(part)
                part.rename(path)
                self._keep(path)
            with self.transaction():
                yield
                for path, _ in contents:
                    self._own(path)
        except BaseException:
            for path, _ in contents:
                self._remove(path)
            raise

    @contextlib.contextmanager
    def old_content(self, *paths: Path) -> Iterator[None]:
        """The body of the `with` deletes the objects that own these files or folders, in one transaction; then they
        are removed.
        """
        with self.transaction():
            yield
            for path in paths:
                self._disown(path)
        for path in paths:
            self._remove(path)

    def _keep(self, path: Path) -> None:
        if self._remote:
            self._remote.keep(path)

    def _disown(self, path: Path) -> None:
        """Note that no object owns this content, yet or any more."""
        self.put("unowned", {"id": self._name(path)})

    def _own(self, path: Path) -> None:
        """Delete the note. Raises NotFound."""
        self.delete("unowned", self._name(path))

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def _remove(self, path: Path) -> None:
        """Remove content that no object owns, and its note. What cannot be removed is logged; the next start tries.

        Content without a note stays: of a transaction whose end was not heard it is not known whether it was made.
        """
        try:
            self.get("unowned", self._name(path))
            remove(path)
            remove(path.with_name(f"{path.name}.part"))
            if self._remote:
                self._remote.remove(path)
            self._own(path)
        except NotFound:
            pass
        except OSError:
            log.exception("%s cannot be deleted", path)

    def add_file(self, body: dict, content: BinaryIO) -> dict:
        """Save an uploaded file, object and bytes, or nothing."""

        def write(part: Path) -> None:
            with open(part, "wb") as target:
                shutil.copyfileobj(content, target, 1024 * 1024)

        with self.new_content((self.folder / "files" / body["id"], write)):
            return self.put("file", body)

    def delete_file(self, file_id: str) -> None:
        """Delete a file, then its bytes. Raises NotFound."""
        with self.old_content(self.folder / "files" / self.get("file", file_id)["id"]):
            self.delete("file", file_id)

    def weights_folder(self, name: str) -> Path:
        """Where the adapter of a tuned model or checkpoint is kept. Raises BrokenStore if it cannot be read."""
        folder = self.local(self.folder / "models" / self.get("model", name)["folder"])
        if not readable_adapter(folder):
            raise BrokenStore(f"The weights of {name} are damaged in the server's store: train the model again.")
        return folder

    def delete_model(self, name: str) -> None:
        """Delete a model or checkpoint, then its weights. Raises NotFound."""
        with self.old_content(self.folder / "models" / self.get("model", name)["folder"]):
            checkpoint = self._db.field("fine_tuned_model_checkpoint")
            self.execute(f"DELETE FROM objects WHERE kind = 'checkpoint' AND {checkpoint} = ?", (name,))
            self.execute("DELETE FROM objects WHERE kind = 'checkpoint.permission' AND parent = ?", (name,))
            self.delete("model", name)

    def state_path(self, job_id: str) -> Path:
        """Where the state of a job's unfinished training is kept, if it has any."""
        return self.local(self._state_path(job_id))

    def _state_path(self, job_id: str) -> Path:
        return self.folder / "states" / f"{self.get('job', job_id)['id']}.safetensors"

    def state_saved(self, job_id: str) -> None:
        """Called after the state of a job's training was saved: it is kept elsewhere, too, if files are."""
        self._keep(self._state_path(job_id))

    def count_trained(self, tokens: int) -> None:
        """Count tokens that a step has learned from."""
        TRAINED_TOKENS.inc(tokens)

    def drop_state(self, job_id: str) -> None:
        """Delete the state of a job's unfinished training, if it has any. What cannot be deleted is logged; the next
        start tries.
        """
        path = self._state_path(job_id)
        try:
            path.unlink(missing_ok=True)
            if self._remote:
                self._remote.remove(path)
        except OSError:
            log.exception("%s cannot be deleted", path)
