"""Answers that clients asked to keep, with what was asked: chat completions and responses."""

import json
import time
from collections.abc import Mapping

from .object_table import LAST
from .store import NotFound, Store

KEPT_SECONDS = 30 * 24 * 3600  # as OpenAI keeps them
AT_ONCE = 200  # that are read at once


class Answers:
    """The kept answers of a store. `kind` is an answer's `object`: "chat.completion" or "response"."""

    def __init__(self, store: Store):
        self._store = store

    def add(self, body: dict, input: list[dict]) -> None:
        """Keep an answer, with the messages or items that it answers, until it is deleted or 30 days old."""
        created = body.get("created") or body["created_at"]
        values = (body["object"], body["id"], created, body["model"], json.dumps(body), json.dumps(input))
        with self._store.transaction():
            self._store.execute(
                "INSERT INTO answers (kind, id, created, model, body, input) VALUES (?, ?, ?, ?, ?, ?)", values
            )
            self._store.execute("DELETE FROM answers WHERE created < ?", (_oldest(),))

    def get(self, kind: str, id: str) -> tuple[dict, list[dict]]:
        """An answer and its input. Raises NotFound."""
        sql = "SELECT body, input FROM answers WHERE kind = ? AND id = ? AND created >= ?"
        for body, input in self._store.execute(sql, (kind, id, _oldest())):
            return json.loads(body), json.loads(input)
        raise NotFound(id)

    def change(self, kind: str, id: str, **values) -> dict:
        """Set fields of an answer, and return the changed answer. Raises NotFound."""
        with self._store.transaction():
            body = self.get(kind, id)[0] | values
            self._store.execute("UPDATE answers SET body = ? WHERE id = ?", (json.dumps(body), id))
        return body

    def delete(self, kind: str, id: str) -> None:
        """Delete an answer. Raises NotFound."""
        with self._store.transaction():
            self.get(kind, id)
            self._store.execute("DELETE FROM answers WHERE id = ?", (id,))

    def find(
        self, kind: str, model: str | None, metadata: Mapping[str, str], order: str, after: str | None, limit: int
    ) -> list[dict]:
        """At most `limit` answers of a model with this metadata, that follow `after` in time, `order` "asc" or "desc".

        Raises NotFound if `after` is not there.
        """
        found = []
        behind = -1 if order == "asc" else LAST
        if after:
            self.get(kind, after)
            [(behind,)] = self._store.execute("SELECT n FROM answers WHERE id = ?", (after,))
        sql = (
            "SELECT n, body FROM answers WHERE kind = ? AND created >= ? AND model = coalesce(?, model)"
            f" AND n {'> ? ORDER BY n ASC' if order == 'asc' else '< ? ORDER BY n DESC'} LIMIT ?"
        )
        while rows := self._store.execute(sql, (kind, _oldest(), model, behind, AT_ONCE)):
            bodies = (json.loads(body) for _, body in rows)
            found += [body for body in bodies if metadata.items() <= (body.get("metadata") or {}).items()]
            if len(found) >= limit:
                break
            behind = rows[-1][0]
        return found[:limit]


def _oldest() -> int:
    return int(time.time()) - KEPT_SECONDS
