"""The recorder in front of OpenAI: it keeps a budget and a journal, is patient, and shows only what it made itself."""

import time
from typing import Any

import requests
from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse

from helpers import costs
from helpers.api_errors import NEXT_STEPS
from helpers.backends.backend import Connection
from helpers.replay.server import failure
from helpers.replay.tape import Exchange, Request, Response

from .journal import Journal
from .own_things import OwnThings, is_list, same_job
from .proxy import Recorder
from .redaction import redact
from .spending import Budget, NotEstimated, usd_at_most

PAUSE_SECONDS = (1, 2, 4, 8, 15, 30, 60, 60, 60)  # before each further try; a client waits ten minutes
MAX_PAUSE_SECONDS = 60.0  # that a server may ask us to wait
GO_ON = "Run the same command again: it goes on where it stopped, and pays nothing twice."


class Stop(RuntimeError):
    """The recording cannot go on now; the message says why, and what to do."""


class LostAnswer(Stop):
    """Something was made or deleted, and its answer did not arrive: the lesson has to run again, and find it."""


class OpenAIRecorder(Recorder):
    """Records one lesson. After the first Stop nothing more is sent, so that the lesson fails and no tape is made.

    What has an answer in the journal is not asked again. Faults that pass are waited out, and not taped.
    """

    def __init__(
        self, connection: Connection, headers: dict[str, str], budget: Budget, journal: Journal, own: OwnThings
    ):
        super().__init__(connection, headers)
        self.budget, self.journal, self.own = budget, journal, own
        self.stopped: Stop | None = None
        self._started -= max((kept.seconds for kept in journal.exchanges), default=0.0)

    async def answer(self, http: HttpRequest) -> HttpResponse:
        try:
            return await super().answer(http)
        except (Stop, OSError) as error:  # a full disk, for instance: what was paid for could not be kept
            self.stopped = self.stopped or (error if isinstance(error, Stop) else Stop(f"{error}. {GO_ON}"))
            return failure(403, str(self.stopped), "recording_stopped")

    def exchange(self, asked: Request, headers: dict[str, str], content: bytes) -> Exchange:
        """The exchange from the journal, or a new one. Raises Stop."""
        if self.stopped:
            raise Stop(str(self.stopped))
        if kept := self.journal.next(asked):
            return kept
        exchange = super().exchange(asked, headers, content)
        self.own.learn(exchange)
        self.journal.add(redact(exchange, self.secrets, account=False))
        return exchange

    def send(self, asked: Request, headers: dict[str, str], content: bytes) -> Response:
        """What OpenAI answers, paid for from the budget. Raises Stop."""
        if is_list(asked):
            return self.own.page(asked, lambda page: self._patient(page, headers))
        try:
            usd = usd_at_most(asked, self._content)
            self.budget.spend(usd)
        except (costs.OverBudget, costs.NoPrice, NotEstimated) as error:
            raise Stop(f"{error} {GO_ON}") from None
        try:
            response = self._patient(asked, headers, content)
        except LostAnswer:
            raise
        except Stop:
            self.budget.spend(-usd)
            raise
        if response.status >= 400:
            self.budget.spend(-usd)
        return response

    def _patient(self, asked: Request, headers: dict[str, str], content: bytes = b"") -> Response:
        """The answer after as many tries as it takes. Raises Stop after the last, or where a try more is of no use."""
        makes_a_job = (asked.method, asked.path) == ("POST", "/fine_tuning/jobs")
        says = ""
        for pause in (*PAUSE_SECONDS, None):
            if makes_a_job and self._unknown_job(asked):
                raise LostAnswer("A job was started, but OpenAI's answer did not arrive.")
            try:
                response = super().send(asked, headers, content)
            except (requests.RequestException, ValueError) as error:
                says, wanted = f"No answer came from OpenAI ({type(error).__name__}).", 0.0
            else:
                if final := _final(response):
                    raise Stop(f"{final} {GO_ON}")
                if asked.method == "DELETE" and response.status == 404 and asked.path.split("/")[-1] in self.own.ids:
                    raise LostAnswer("Something was deleted, but OpenAI's answer did not arrive.")
                if not _passes(asked, response):
                    return response
                says = f"OpenAI answers with status {response.status} again and again."
                wanted = _seconds(response.headers.get("retry-after"))
            if pause is not None:
                time.sleep(min(max(pause, wanted), MAX_PAUSE_SECONDS))
        raise Stop(f"{says} {GO_ON}")

    def _unknown_job(self, asked: Request) -> bool:
        """Whether the job that this would make is there, by a try of which no answer came."""
        look = Request("GET", "/fine_tuning/jobs", [], None)
        body: Any = self.own.page(look, lambda page: self._patient(page, {})).body["json"]
        found = same_job(asked, (job for job in body["data"] if job["id"] not in self.own.ids))
        self.own.learn(Exchange(look, Response(200, {}, {"json": {"data": [found] if found else []}}), 0.0))
        return found is not None

    def _content(self, file_id: str) -> bytes:
        """What an uploaded file holds; it is not taped."""
        return self._patient(Request("GET", f"/files/{file_id}/content", [], None), {}).content


def _code(response: Response) -> str | None:
    body: Any = response.body.get("json")
    error = body.get("error") if isinstance(body, dict) else None
    return error.get("code") if isinstance(error, dict) else None


def _final(response: Response) -> str | None:
    """Why asking again is of no use, in a sentence; None if it may be."""
    code = _code(response)
    if response.status in (401, 403) or code in NEXT_STEPS:
        known = NEXT_STEPS.get(code) or NEXT_STEPS.get(response.status)
        return known or f"OpenAI refuses this with status {response.status}: {_message(response)}"
    return None


def _message(response: Response) -> str:
    body: Any = response.body.get("json")
    error = body.get("error") if isinstance(body, dict) else None
    return str(error.get("message")) if isinstance(error, dict) else "it does not say why."


def _passes(asked: Request, response: Response) -> bool:
    """Whether a fault may be gone in a moment: also a new model that is not found yet."""
    body: Any = asked.body
    new_model = _code(response) == "model_not_found" and asked.method == "POST" and body["model"].startswith("ft:")
    return response.status in (408, 409, 429) or response.status >= 500 or new_model


def _seconds(retry_after: str | None) -> float:
    try:
        return float(retry_after or 0)
    except ValueError:
        return 0.0
