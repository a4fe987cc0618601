"""Open the store's database: SQLite in the store's folder, or PostgreSQL at an address."""

from pathlib import Path

from .database import BrokenStore, Database, migrate
from .folder_mark import check_folder, check_remote
from .remote_files import RemoteFiles
from .sqlite_database import SqliteDatabase

MISSING = 'A store in PostgreSQL needs one more package: install "finetune-server[postgres]"'


def open_database(folder: Path, url: str | None, remote: RemoteFiles | None) -> Database:
    """The database at the PostgreSQL address, or else in the folder: migrated, and locked against a second server.

    The files that it belongs to are the `remote` ones, or else those in the folder. Raises BrokenStore, and
    DatabaseError if it cannot be reached.
    """
    if url:
        return _open_postgres(folder, url, remote)
    if remote:
        raise BrokenStore("Where files are kept with --files, the rest is kept with --database.")
    return _open_sqlite(folder)


def _open_sqlite(folder: Path) -> Database:
    check_folder(folder, None, fresh=False)
    db = SqliteDatabase(folder / "store.sqlite")
    try:
        migrate(db)
    except BaseException:
        db.close()
        raise
    return db


def _open_postgres(folder: Path, url: str, remote: RemoteFiles | None) -> Database:
    try:
        from .postgres_database import PostgresDatabase
    except ImportError as error:
        raise BrokenStore(f"{MISSING} ({error.name} is not installed)") from None
    db = PostgresDatabase(url)
    try:
        migrate(db)
        fresh = not db.execute("SELECT 1 FROM objects LIMIT 1")
        if remote:
            check_remote(remote, db.id(), fresh)
        check_folder(folder, db.id(), fresh or remote is not None)  # a cache may be a new folder
    except BaseException:
        db.close()
        raise
    return db
