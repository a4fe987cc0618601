"""A folder of files belongs to one database: where that lies elsewhere, a file in the folder names it."""

from pathlib import Path

from .content import write_atomic
from .database import BrokenStore

MARK = "database"


def check_mark(folder: Path, database_id: str | None, fresh: bool) -> None:
    """Note the database's id in the folder if the database is fresh; None is the one that lies in the folder.

    Raises BrokenStore if the folder belongs to another database, or the database to another folder.
    """
    mark = folder / MARK
    noted = mark.read_text() if mark.exists() else None
    if noted == database_id:
        return
    if noted or not fresh or (folder / "store.sqlite").exists():
        raise BrokenStore(
            f"The files in {folder} belong to another database: choose theirs with --database, or another folder with "
            "--store."
        )
    write_atomic(mark, (database_id or "").encode())
