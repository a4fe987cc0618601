"""Take batches one after the other from their input file to the files of answers.

The store is the queue, as it is for jobs: a batch's status says what is to be done next, and each outcome is kept as
soon as it is there, so a killed server goes on with the requests that have none.
"""

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Iterator

from ..protocol.errors import ApiError
from ..protocol.objects import new_id
from ..store.batch_outcomes import add_outcome, drop_outcomes, finished_lines, outcomes
from ..store.database import BrokenStore, DatabaseError
from ..store.storage_error import storage_error
from ..store.store import NotFound, Store
from .batch_files import write_files
from .batch_requests import Request, check_requests, requests_in
from .batch_status import Moved, move

AT_ONCE = 8  # requests of a batch: half of the answers that grow at once are left to those who wait for them
EXPIRED = {
    "code": "batch_expired",
    "message": "This request could not be executed before the completion window expired.",  # as OpenAI says it
}
Post = Callable[[str, dict], Awaitable[tuple[int, dict[str, str], dict]]]  # path, body → status, headers, body

log = logging.getLogger(__name__)


class BatchRunner(threading.Thread):
    """The thread that works on batches; `post` has a request answered."""

    def __init__(self, store: Store, base_model: str, post: Post):
        super().__init__(daemon=True, name="batches")
        self.store, self.base_model, self.post = store, base_model, post
        self._news = threading.Event()

    def wake(self) -> None:
        """Look for work: some batch's status has changed."""
        self._news.set()

    def run(self) -> None:
        steps = {"validating": self._validate, "in_progress": self._answer}
        steps |= {"cancelling": self._finish, "finalizing": self._finish}
        while True:
            self._news.clear()
            try:
                for batch in self.store.all("batch"):  # batches of another base model wait for a server with that one
                    if batch["status"] in steps and batch["base_model"] == self.base_model:
                        self._attempt(steps[batch["status"]], batch)
                        break
                else:
                    self._news.wait()
            except DatabaseError:  # the store cannot be read or written: the batches wait until it can
                log.exception("batches")
                time.sleep(1)

    def _attempt(self, step: Callable[[dict], None], batch: dict) -> None:
        try:
            step(batch)
        except Moved:
            pass
        except NotFound:
            self._fail(batch, "file_not_found", f"The input file {batch['input_file_id']} was deleted.")
        except BrokenStore as error:
            self._fail(batch, "broken_store", str(error))
        except DatabaseError:
            raise
        except OSError as error:
            log.exception("batch %s", batch["id"])
            explained = storage_error(error)
            self._fail(batch, explained.code or "server_error", explained.message)
        except Exception as error:
            log.exception("batch %s", batch["id"])
            self._fail(batch, "server_error", f"{type(error).__name__}: {error}")

    def _fail(self, batch: dict, code: str, message: str) -> None:
        with contextlib.suppress(Moved):  # it was cancelled meanwhile, and ends so
            self._end_failed(batch, [{"code": code, "message": message, "line": None, "param": None}])

    def _end_failed(self, batch: dict, errors: list[dict]) -> None:
        with self.store.transaction():
            move(self.store, batch["id"], [batch["status"]], "failed", errors={"object": "list", "data": errors})
            drop_outcomes(self.store, batch["id"])

    def _validate(self, batch: dict) -> None:
        total, model, errors = check_requests(self.store.file_path(batch["input_file_id"]), batch["endpoint"])
        if errors:
            return self._end_failed(batch, errors)
        counts = {"total": total, "completed": 0, "failed": 0}
        move(self.store, batch["id"], ["validating"], "in_progress", model=model, request_counts=counts)

    def _answer(self, batch: dict) -> None:
        finished = finished_lines(self.store, batch["id"])
        requests = requests_in(self.store.file_path(batch["input_file_id"]), batch["endpoint"])
        left = (request for request in requests if request.line not in finished)
        asyncio.run(self._answer_all(batch, left))
        move(self.store, batch["id"], ["in_progress"], "finalizing")

    async def _answer_all(self, batch: dict, requests: Iterator[Request]) -> None:
        async def worker() -> None:
            for request in requests:  # all workers take from the same ones
                await self._answer_one(batch, request)

        await asyncio.gather(*(worker() for _ in range(AT_ONCE)))

    async def _answer_one(self, batch: dict, request: Request) -> None:
        status, headers, answered, error = 400, {}, None, None
        if batch["expires_at"] <= time.time():
            error = EXPIRED
        elif request.body.get("stream"):
            answered = ApiError(400, "A batch has no streams: leave 'stream' out.", param="stream").body()
        else:
            status, headers, answered = await self.post(batch["endpoint"], request.body)
        response = {"status_code": status, "request_id": headers.get("x-request-id"), "body": answered}
        outcome = {"id": new_id("batch_req_"), "custom_id": request.custom_id}
        outcome |= {"response": None if error else response, "error": error}
        with self.store.transaction():
            now = self.store.get("batch", batch["id"])
            if now["status"] != "in_progress":
                raise Moved
            failed = error is not None or status != 200
            add_outcome(self.store, batch["id"], request.line, outcome, failed)
            name = "failed" if failed else "completed"
            counts = now["request_counts"] | {name: now["request_counts"][name] + 1}
            self.store.change("batch", batch["id"], request_counts=counts, usage=_sum(now["usage"], answered or {}))

    def _finish(self, batch: dict) -> None:
        if batch["status"] == "cancelling":
            then = "cancelled"
        else:
            ran_out = any(outcome["error"] for outcome in outcomes(self.store, batch["id"], failed=True))
            then = "expired" if ran_out else "completed"
        write_files(self.store, batch, then)


def _sum(usage: dict, answer: dict) -> dict:
    """The tokens of a batch with those of one more answer, a chat completion or a response."""
    told = answer.get("usage") or {}
    read = told.get("prompt_tokens", told.get("input_tokens", 0))
    written = told.get("completion_tokens", told.get("output_tokens", 0))
    more = {"input_tokens": read, "output_tokens": written, "total_tokens": read + written}
    return usage | {name: usage[name] + tokens for name, tokens in more.items()}
