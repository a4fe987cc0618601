"""Files and weights in an object store, by fsspec: they survive the machine of the server. Its folder is a cache."""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from fsspec.core import url_to_fs

from .content import FOLDERS, remove
from .database import BrokenStore


class RemoteFiles:
    """The folder at an address, for instance s3://BUCKET/FOLDER, and its cache.

    Every method may be called from any thread. They raise OSError, the first start BrokenStore.
    """

    def __init__(self, url: str, cache: Path):
        if urlsplit(url).password is not None:
            raise BrokenStore("Keys in the address of --files would stand in logs: leave them in the environment.")
        try:
            self._fs, self._root = url_to_fs(url, skip_instance_cache=True, use_listings_cache=False)
        except (ImportError, ValueError) as error:  # the package for this kind is missing, or the kind is unknown
            raise BrokenStore(f"The files cannot be kept at {url}: {error}") from None
        self.url, self._cache, self._lock = url, cache, threading.Lock()

    def empty_cache(self) -> None:
        """What a start does: another server may have gone on with a job meanwhile, and kept a newer state of it."""
        for name in FOLDERS:
            for path in (self._cache / name).iterdir():
                remove(path)

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # each kind of store has its own
            raise OSError(f"The files at {self.url} cannot be used: {type(error).__name__}: {error}") from error

    def _there(self, path: Path) -> str:
        return f"{self._root}/{path.relative_to(self._cache).as_posix()}"

    def keep(self, path: Path) -> None:
        """Copy a file or folder of the cache to the store."""
        with self._explained():
            for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
                self._fs.makedirs(self._there(file.parent), exist_ok=True)
                self._fs.put_file(str(file), self._there(file))

    def fetch(self, path: Path) -> None:
        """Copy a file or folder of the store to the cache, unless it is there, or nowhere."""
        with self._lock, self._explained():
            there, part = self._there(path), path.with_name(f"{path.name}.part")
            if path.exists() or not self._fs.exists(there):
                return
            remove(part)  # of a copy that failed
            if self._fs.isdir(there):
                part.mkdir()
                for file in self._fs.ls(there, detail=False):
                    self._fs.get_file(file, str(part / Path(file).name))
            else:
                self._fs.get_file(there, str(part))
            part.rename(path)

    def remove(self, path: Path) -> None:
        """Remove a file or folder of the store, if it is there."""
        with self._explained(), contextlib.suppress(FileNotFoundError):
            self._fs.rm(self._there(path), recursive=True)

    def read(self, name: str) -> str | None:
        """The text of a small file; None if it is not there."""
        with self._explained():
            there = f"{self._root}/{name}"
            return self._fs.cat_file(there).decode() if self._fs.exists(there) else None

    def write(self, name: str, text: str) -> None:
        with self._explained():
            self._fs.makedirs(self._root, exist_ok=True)
            self._fs.pipe_file(f"{self._root}/{name}", text.encode())
