"""The store's database: what SQLite and PostgreSQL have in common, and the versions of its tables.

Statements are written once, for both: with ? for a value, and JSON kept as text. SQLAlchemy would not spare the two
modules of the kinds: locks, checks, upserts and JSON differ there, too; and it takes longer to import than all of them.
"""

from collections.abc import Callable
from typing import Protocol


class BrokenStore(RuntimeError):
    """Something in the store is damaged or in use; the message says what to do."""


class DatabaseError(OSError):
    """The database cannot be read or written. `errno` is ENOSPC if its disk is full."""

    def __init__(self, message: str, number: int | None = None):
        super().__init__(message)
        self.errno = number


class DatabaseAway(DatabaseError):
    """The connection to the database was lost. It is made again as soon as the database can be reached."""


class Database(Protocol):
    """One connection, which one thread at a time may use. Its methods raise DatabaseError."""

    numbered: str  # the type of a column that numbers the rows as they come

    @property
    def in_transaction(self) -> bool: ...

    def execute(self, sql: str, values: tuple = ()) -> list[tuple]:
        """The rows of a statement."""
        ...

    def begin(self) -> None: ...

    def commit(self) -> None: ...

    def rollback(self) -> None: ...

    def close(self) -> None: ...

    def version(self) -> int:
        """How many migrations the database has had."""
        ...

    def set_version(self, version: int) -> None: ...

    def field(self, name: str) -> str:
        """The expression for the text in a field of the JSON in the column `body`."""
        ...


def _create_objects(db: Database) -> None:
    db.execute(
        "CREATE TABLE IF NOT EXISTS objects"  # stores from before versions were counted have it
        f" (n {db.numbered}, kind TEXT, id TEXT, parent TEXT, body TEXT, UNIQUE (kind, id))"
    )
    db.execute("CREATE INDEX IF NOT EXISTS by_parent ON objects (kind, parent, n)")


def _create_answers(db: Database) -> None:
    db.execute(
        "CREATE TABLE IF NOT EXISTS answers"
        f" (n {db.numbered}, kind TEXT, id TEXT UNIQUE, created BIGINT, model TEXT, body TEXT, input TEXT)"
    )
    db.execute("CREATE INDEX IF NOT EXISTS by_age ON answers (created)")


# A store of version n has had the first n; append, never change.
MIGRATIONS: tuple[Callable[[Database], None], ...] = (_create_objects, _create_answers)


def migrate(db: Database) -> None:
    """Run the migrations that a database has not had. Raises BrokenStore if a newer server wrote it."""
    version = db.version()
    if version > len(MIGRATIONS):
        raise BrokenStore(
            f"The store is of version {version}, and this server knows versions up to {len(MIGRATIONS)}: "
            "install the newer server again, or choose another store."
        )
    for n, migration in enumerate(MIGRATIONS[version:], version + 1):
        db.begin()
        migration(db)
        db.set_version(n)
        db.commit()
