"""Files belong to one database: where that lies elsewhere, a file among them names it."""

from pathlib import Path

from .content import write_atomic
from .database import BrokenStore
from .remote_files import RemoteFiles

MARK = "database"


def check_folder(folder: Path, database_id: str | None, fresh: bool) -> None:
    """Note in the folder to which database it belongs; None is the one in the folder itself.

    Raises BrokenStore if that is another one, or if a database that is not `fresh` has its files elsewhere.
    """
    mark = folder / MARK
    noted = mark.read_text() if mark.exists() else None
    if not _belong(noted, database_id, fresh and not (folder / "store.sqlite").exists(), str(folder)):
        write_atomic(mark, (database_id or "").encode())


def check_remote(remote: RemoteFiles, database_id: str, fresh: bool) -> None:
    """The same for files in an object store. Raises BrokenStore also if that cannot be used."""
    try:
        if not _belong(remote.read(MARK), database_id, fresh, remote.url):
            remote.write(MARK, database_id)
    except OSError as error:
        raise BrokenStore(f"{error}. Check their address, and the keys in the environment.") from None


def _belong(noted: str | None, database_id: str | None, may_note: bool, where: str) -> bool:
    if noted != database_id and (noted or not may_note):
        raise BrokenStore(
            f"The files in {where} belong to another database: choose theirs with --database, or other files with "
            "--store or --files."
        )
    return noted == database_id
