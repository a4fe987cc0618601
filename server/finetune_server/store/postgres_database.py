"""The store's database in PostgreSQL: it survives the machine of the server.

One server holds an advisory lock as long as its connection lives, so a second one is refused. After a lost connection
another may have had the database meanwhile: then the first one does not go on.
"""

import contextlib
import errno
import secrets
import time
from collections.abc import Iterator

import psycopg
from psycopg.conninfo import make_conninfo

from .database import BrokenStore, DatabaseAway, DatabaseError

LOCK = "SELECT pg_try_advisory_lock(hashtext('finetune-server'), hashtext(coalesce(current_schema(), '')))"
LOCK_ATTEMPTS = 20  # in two seconds: of a server that was killed, the lock is given up a moment later
# Seconds and milliseconds: a machine that is gone is noticed within half a minute, on both sides.
CONNECTION = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
SESSION = "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"


@contextlib.contextmanager
def _explained(db: psycopg.Connection | None = None) -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        message = " ".join(str(error).split())
        if db is None or db.closed:
            raise DatabaseAway(message) from error
        raise DatabaseError(message, errno.ENOSPC if isinstance(error, psycopg.errors.DiskFull) else None) from error


class PostgresDatabase:
    """The database at an address, in the first schema of its search path. Raises BrokenStore, and DatabaseAway."""

    numbered = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"

    def __init__(self, url: str):
        self._url, self._server = url, secrets.token_hex(8)
        self._db, self._begun, self._wanted = self._connect(), False, True
        try:
            self.execute("CREATE TABLE IF NOT EXISTS store (id TEXT, version INTEGER, server TEXT)")
            fresh = "INSERT INTO store (id, version) SELECT ?, 0 WHERE NOT EXISTS (SELECT 1 FROM store)"
            self.execute(fresh, (secrets.token_hex(16),))
            self.execute("UPDATE store SET server = ?", (self._server,))
        except DatabaseError:
            self.close()
            raise

    def _connect(self) -> psycopg.Connection:
        """A connection that holds the lock."""
        with _explained():
            db = psycopg.connect(make_conninfo(self._url, **CONNECTION), autocommit=True)
            db.execute(SESSION)
            for _ in range(LOCK_ATTEMPTS):
                [locked] = db.execute(LOCK).fetchone() or [False]
                if locked:
                    return db
                time.sleep(0.1)
        where = f"{db.info.dbname} at {db.info.host or 'this machine'}"
        db.close()
        raise BrokenStore(f"Another server uses the database {where}: stop it, or choose another one with --database.")

    def _reconnect(self) -> None:
        try:
            db = self._connect()
        except BrokenStore as error:
            raise DatabaseAway(str(error)) from None
        with _explained(db):
            [last] = db.execute("SELECT server FROM store").fetchone() or [None]
        if last != self._server:
            db.close()
            raise DatabaseAway("another server has used it meanwhile; start this one again")
        self._db = db

    @property
    def in_transaction(self) -> bool:
        return self._begun

    def execute(self, sql: str, values: tuple = ()) -> list[tuple]:
        if self._db.closed and self._wanted and not self._begun:  # a transaction ends with its connection
            self._reconnect()
        # PostgreSQL's text holds no NUL; no id has one, so what is looked up with one is not found
        held = tuple(value.replace("\0", "\ufffd") if isinstance(value, str) else value for value in values)
        with _explained(self._db):
            cursor = self._db.execute(sql.replace("?", "%s").encode(), held)
            return cursor.fetchall() if cursor.description else []

    def begin(self) -> None:
        try:
            self.execute("BEGIN")
        except DatabaseAway:  # it was restarted since the last statement, and may be back
            self.execute("BEGIN")
        self._begun = True

    def commit(self) -> None:
        with _explained(self._db):
            ended = self._db.execute("COMMIT").statusmessage
        self._begun = False
        if ended != "COMMIT":  # PostgreSQL ends a transaction so in which a statement failed
            raise DatabaseError("a statement of the transaction failed: nothing was changed")

    def rollback(self) -> None:
        self._begun = False
        with contextlib.suppress(psycopg.Error):  # a lost connection has rolled back
            self._db.rollback()

    def close(self) -> None:
        self._wanted = False
        with contextlib.suppress(psycopg.Error):  # a lost connection has lost its lock, too
            self._db.execute("SELECT pg_advisory_unlock_all()")  # closing alone gives it up a moment later
        self._db.close()

    def version(self) -> int:
        [[version]] = self.execute("SELECT version FROM store")
        return version

    def set_version(self, version: int) -> None:
        self.execute("UPDATE store SET version = ?", (version,))

    def id(self) -> str:
        """What no other database has."""
        [[id]] = self.execute("SELECT id FROM store")
        return id

    def field(self, name: str) -> str:
        return f"(body::json ->> '{name}')"
