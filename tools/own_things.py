"""What a recording made at OpenAI: an account's other files, jobs and models are nobody's business."""

from collections.abc import Callable, Iterable
from typing import Any

from helpers.replay.tape import Exchange, Request, Response

LISTS = ("/files", "/fine_tuning/jobs", "/models")
MAX_ROWS = 100  # of a page of jobs


class OwnThings:
    """The ids of the files and jobs that a recording made, of what its jobs made, and the base model."""

    def __init__(self, base_model: str):
        self.ids = {base_model}

    def learn(self, exchange: Exchange) -> None:
        """Remember what an exchange made or showed."""
        asked, answer = exchange.request, exchange.response
        body: Any = answer.body.get("json")
        if answer.status >= 400 or not isinstance(body, dict):
            return
        if asked.method == "POST" and asked.path in LISTS:
            self.ids.add(body["id"])
        if asked.method == "DELETE":
            self.ids.discard(body["id"])
        rows = body["data"] if isinstance(body.get("data"), list) else [body]
        for row in rows:
            if row.get("object") == "fine_tuning.job" and self.owns(row):
                self.ids.update({row["id"], row.get("fine_tuned_model"), *(row.get("result_files") or [])} - {None})

    def owns(self, row: dict) -> bool:
        """Whether a file, job or model of a list is the recording's. A job is that reads its file."""
        return row["id"] in self.ids or row.get("training_file") in self.ids

    def page(self, asked: Request, look: Callable[[Request], Response]) -> Response:
        """The answer to a request for a list, as if nothing else were in the account. `look` asks the API."""
        limit = next((int(value) for name, value in asked.query if name == "limit"), None)
        rows, last = [], None
        while True:
            response = look(_after(asked, last))
            if response.status >= 400:
                return response
            body: Any = response.body["json"]
            rows += filter(self.owns, body["data"])
            if not body.get("has_more") or not body["data"] or (limit is not None and len(rows) > limit):
                break
            last = body["data"][-1]["id"]
        shown = rows[:limit]
        body = body | {"data": shown, "has_more": len(shown) < len(rows)}
        ends = (
            {"first_id": shown[0]["id"], "last_id": shown[-1]["id"]} if shown else {"first_id": None, "last_id": None}
        )
        body |= {name: id for name, id in ends.items() if name in body}
        return Response(response.status, response.headers, {"json": body})


def is_list(asked: Request) -> bool:
    return asked.method == "GET" and asked.path in LISTS


def same_job(asked: Request, jobs: Iterable[dict]) -> dict | None:
    """The job among these that such a request made, if there is one that has not ended badly."""
    body: Any = asked.body
    for job in jobs:
        same = all(job.get(name) == body.get(name) for name in ("model", "training_file"))
        same = same and (job.get("metadata") or {}) == (body.get("metadata") or {})
        if same and job["status"] not in ("failed", "cancelled"):
            return job
    return None


def _after(asked: Request, last: str | None) -> Request:
    """The same request for the page after a row; for jobs, with the longest pages there are."""
    query = [pair for pair in asked.query if pair[0] != "limit" and (last is None or pair[0] != "after")]
    if asked.path == "/fine_tuning/jobs":
        query.append(["limit", str(MAX_ROWS)])
    return Request(asked.method, asked.path, query + ([["after", last]] if last else []), asked.body)
