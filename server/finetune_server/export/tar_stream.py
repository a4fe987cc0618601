"""A folder as a tar archive that is made while it is sent: it takes no room of its own."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

PIECE = 1024 * 1024  # bytes
END = bytes(2 * tarfile.BLOCKSIZE)


def tar_size(folder: Path) -> int:
    """How many bytes `tar_pieces` yields."""
    return sum(len(head) + padded(path.stat().st_size) for path, head in _members(folder)) + len(END)


def tar_pieces(folder: Path) -> Iterator[bytes]:
    """The archive of the files in a folder, under the folder's name."""
    for path, head in _members(folder):
        yield head
        with open(path, "rb") as file:
            while piece := file.read(PIECE):
                yield piece
        size = path.stat().st_size
        yield bytes(padded(size) - size)
    yield END


def _members(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in sorted(folder.iterdir()):
        about = tarfile.TarInfo(f"{folder.name}/{path.name}")
        about.size, about.mtime = path.stat().st_size, int(path.stat().st_mtime)
        yield path, about.tobuf(tarfile.PAX_FORMAT)


def padded(size: int) -> int:
    """How many bytes a file of this size takes, without its head."""
    return -(-size // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE
