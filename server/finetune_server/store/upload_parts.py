"""The bytes of uploads that come in parts: a file for each part, until the upload is completed or given up."""

import hashlib
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from .database import BrokenStore
from .store import Store

CHUNK_BYTES = 1024 * 1024


class WrongSum(ValueError):
    """The bytes of the parts have another MD5 sum than the one that was told."""


def add_part(store: Store, part: dict, content: BinaryIO, check: Callable[[], None]) -> dict:
    """Save a part and its bytes, or nothing. `check` looks at the upload in the same transaction, and may raise."""

    def write(path: Path) -> None:
        with open(path, "wb") as target:
            shutil.copyfileobj(content, target, CHUNK_BYTES)

    with store.new_content((_path(store, part["id"]), write)):
        check()
        return store.put("upload.part", part, parent=part["upload_id"])


def join_parts(
    store: Store, upload_id: str, part_ids: list[str], file: dict, md5: str | None, check: Callable[[], None]
) -> dict:
    """Make a file of these parts, in this order, and complete the upload with it; or change nothing.

    `check` looks at the upload in the same transaction, and may raise. Raises WrongSum unless the MD5 sum of the bytes
    is `md5`, in hexadecimal, if that is given, and BrokenStore if bytes were lost here.
    """

    def write(path: Path) -> None:
        found, size = hashlib.md5(usedforsecurity=False), 0
        with open(path, "wb") as target:
            for part_id in part_ids:
                with open(store.local(_path(store, part_id)), "rb") as source:
                    while chunk := source.read(CHUNK_BYTES):
                        target.write(chunk)
                        found.update(chunk)
                        size += len(chunk)
        if size != file["bytes"]:
            raise BrokenStore(f"The parts of {upload_id} are damaged in the server's store: upload the file again.")
        if md5 is not None and found.hexdigest() != md5.lower():
            raise WrongSum(found.hexdigest())

    with store.new_content((store.folder / "files" / file["id"], write)):
        check()
        store.put("file", file)
        upload = store.change("upload", upload_id, status="completed", file=file)
    drop_parts(store, upload_id)
    return upload


def end_upload(store: Store, upload_id: str, status: str) -> dict:
    """Give a pending upload up: it is "cancelled" or "expired", and its parts are removed."""
    upload = store.change("upload", upload_id, status=status)
    drop_parts(store, upload_id)
    return upload


def drop_parts(store: Store, upload_id: str) -> None:
    parts = [part["id"] for part in store.all("upload.part", upload_id)]
    with store.old_content(*[_path(store, part) for part in parts]):
        for part in parts:
            store.delete("upload.part", part)


def end_expired_uploads(store: Store) -> None:
    """Give up what is pending too long, and remove parts that a killed server left behind."""
    for upload in store.all("upload"):
        if expired(upload):
            end_upload(store, upload["id"], "expired")
        elif upload["status"] != "pending":
            drop_parts(store, upload["id"])


def expired(upload: dict) -> bool:
    return upload["status"] == "pending" and upload["expires_at"] <= time.time()


def _path(store: Store, part_id: str) -> Path:
    return store.folder / "uploads" / part_id
