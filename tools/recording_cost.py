"""What a recording at OpenAI will cost at most, from what the lessons ask on their tapes, the data and the prices."""

from dataclasses import dataclass
from typing import Any

from helpers import costs, prices
from helpers.paths import ROOT, TAPES
from helpers.replay.tape import Request, Tape, file_sha256, read_tape

from .spending import NotEstimated, usd_at_most


@dataclass
class LessonCost:
    """What recording one lesson costs at most; `assumed` says what could not be counted."""

    lesson: str
    trainings: int = 0
    answers: int = 0
    usd: float = 0.0
    assumed: str = ""

    def __str__(self) -> str:
        return f"{self.lesson}: {self.trainings} trainings, {self.answers} answers, {self.usd:.2f} USD{self.assumed}"


def estimate(lessons: list[str], model: str) -> list[LessonCost]:
    """What each lesson costs at most with this base model, by the requests on its tape, the data and today's prices.

    A job that failed on the tape costs nothing. A training file that is not among the data, as the lesson makes it,
    is counted as the tape's own model counted it. Raises costs.NoPrice, NotEstimated, OSError, ValueError.
    """
    tapes = [read_tape(TAPES / f"{lesson}.jsonl") for lesson in lessons]
    uploads, ends = _uploads(tapes), _ends(tapes)
    found = []
    for lesson, tape in zip(lessons, tapes, strict=True):
        cost = LessonCost(lesson)
        for exchange in tape.exchanges:
            asked, answer = exchange.request, exchange.response
            if answer.status < 400 and asked.method == "POST":
                end = ends.get(answer.body.get("json", {}).get("id"), {})
                if end.get("status") not in ("failed", "cancelled"):
                    _add(cost, _at(model, asked, tape), uploads, end)
        found.append(cost)
    return found


def _add(cost: LessonCost, asked: Request, uploads: dict[str, bytes], end: dict) -> None:
    body: Any = asked.body
    trains = asked.path == "/fine_tuning/jobs"
    cost.trainings += trains
    cost.answers += asked.path == "/chat/completions"
    if trains and body["training_file"] not in uploads:
        if not end.get("trained_tokens"):
            raise NotEstimated(f"The training file of a job in {cost.lesson} is not among the data: record it again.")
        cost.usd += costs.training_usd(end["trained_tokens"], 1, prices.price(body["model"]))
        cost.assumed = f", with {end['trained_tokens']:,} trained tokens as {end['model']} counts them"
        return
    cost.usd += usd_at_most(asked, uploads.__getitem__)


def _at(model: str, asked: Request, tape: Tape) -> Request:
    """A request of the tape as it would be made with another base model."""
    body = asked.body
    if isinstance(body, dict) and "model" in body:
        tuned = str(body["model"]).startswith("ft:")
        body = body | {"model": f"ft:{model}:recorded::any" if tuned else model}
    return Request(asked.method, asked.path, asked.query, body)


def _ends(tapes: list[Tape]) -> dict[str, dict]:
    """Each job of the tapes as it was seen last, by its id."""
    answers: list[Any] = [x.response.body.get("json") for tape in tapes for x in tape.exchanges]
    seen = [thing for answer in answers if isinstance(answer, dict) for thing in (answer, *_rows(answer))]
    return {thing["id"]: thing for thing in seen if thing.get("object") == "fine_tuning.job"}


def _rows(answer: dict) -> list[dict]:
    rows = answer.get("data")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _uploads(tapes: list[Tape]) -> dict[str, bytes]:
    """The content of each uploaded file that is a file of data/, by its id."""
    found = {}
    for exchange in (x for tape in tapes for x in tape.exchanges if x.request.path == "/files"):
        body: Any = exchange.request.body
        sent = (body or {}).get("form", {}).get("file")
        if sent and exchange.response.status < 400:
            for path in (ROOT / "data").rglob("*.jsonl"):
                if path.stat().st_size == sent["bytes"] and file_sha256(path) == sent["sha256"]:
                    found[exchange.response.body["json"]["id"]] = path.read_bytes()
    return found
