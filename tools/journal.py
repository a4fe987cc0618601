"""The requests and answers of an unfinished recording, so that it can go on without paying again."""

import json
import threading
from collections import defaultdict
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from helpers.paths import write_atomic
from helpers.replay.tape import Exchange, Request, Response


class Journal:
    """One lesson's exchanges, appended to a file line by line. `began` is when the lesson began."""

    def __init__(self, path: Path):
        self._path, self._lock = path, threading.Lock()
        self.began, self.exchanges = read(path)
        # If nothing was made at the backend, everything is asked anew, for fresh answers.
        if all(x.request.method == "GET" for x in self.exchanges):
            self.began, self.exchanges = datetime.now(UTC), []
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [json.dumps({"began": self.began.isoformat()}), *map(_line, self.exchanges)]
        write_atomic(path, "".join(f"{line}\n" for line in lines).encode())
        self._waiting: dict[str, list[Exchange]] = defaultdict(list)
        for exchange in self.exchanges:
            self._waiting[exchange.request.key].append(exchange)

    def next(self, asked: Request) -> Exchange | None:
        """The next kept exchange with this request; each is given once. None if the request has to be sent."""
        with self._lock:
            kept = self._waiting[asked.key]
            return kept.pop(0) if kept else None

    def add(self, exchange: Exchange) -> None:
        """Keep an exchange."""
        with self._lock, open(self._path, "a", encoding="utf-8") as file:
            self.exchanges.append(exchange)
            file.write(f"{_line(exchange)}\n")

    def forget(self) -> None:
        """Let the lesson begin anew the next time."""
        self._path.unlink()


def _line(exchange: Exchange) -> str:
    return json.dumps(asdict(exchange))


def read(path: Path) -> tuple[datetime, list[Exchange]]:
    """When a journal began, and its exchanges. A last line without an end is left out."""
    whole = path.read_text(encoding="utf-8").split("\n")[:-1] if path.exists() else []
    if not whole:
        return datetime.now(UTC), []
    first, *rows = map(json.loads, whole)
    exchanges = [Exchange(Request(**row["request"]), Response(**row["response"]), row["seconds"]) for row in rows]
    return datetime.fromisoformat(first["began"]), exchanges
