"""Open the store's database: SQLite in the store's folder, or PostgreSQL at an address."""

from pathlib import Path

from .database import BrokenStore, Database, migrate
from .folder_mark import check_mark
from .sqlite_database import SqliteDatabase

MISSING = 'A store in PostgreSQL needs one more package: install "finetune-server[postgres]"'


def open_database(folder: Path, url: str | None) -> Database:
    """The database at the PostgreSQL address, or else in the folder: migrated, and locked against a second server.

    Raises BrokenStore, and DatabaseError if it cannot be reached.
    """
    return _open_postgres(folder, url) if url else _open_sqlite(folder)


def _open_sqlite(folder: Path) -> Database:
    check_mark(folder, None, fresh=False)
    db = SqliteDatabase(folder / "store.sqlite")
    try:
        migrate(db)
    except BaseException:
        db.close()
        raise
    return db


def _open_postgres(folder: Path, url: str) -> Database:
    try:
        from .postgres_database import PostgresDatabase
    except ImportError as error:
        raise BrokenStore(f"{MISSING} ({error.name} is not installed)") from None
    db = PostgresDatabase(url)
    try:
        migrate(db)
        check_mark(folder, db.id(), fresh=not db.execute("SELECT 1 FROM objects LIMIT 1"))
    except BaseException:
        db.close()
        raise
    return db
