"""The recorder: run the lessons against a live place, tape what was said, save the replayed outputs.

python -m helpers.replay.record                     all lessons, against the local API
python -m helpers.replay.record 05_compare          one lesson again, on the same server state
python -m helpers.replay.record --against openai    with your key and your money
python -m helpers.replay.record --check             do tapes, data and notebooks still fit?
"""

import argparse
import json
import os
import re
import sys
import time
from datetime import UTC, datetime

import nbformat
import requests
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse

from .. import lessons
from ..lessons import LESSONS
from ..paths import NOTEBOOKS, ROOT, TAPES, write_whole
from ..places.base import KEY
from .places import Place, live_place
from .provenance import check, describe
from .server import everything, serve_in_thread
from .tape import Exchange, Request, Response, read_request, read_response, write_tape

CELL_SECONDS = 4 * 3600


class Recorder:
    """A proxy on this machine that passes every request on and keeps the exchange."""

    def __init__(self, place: Place):
        self.place = place
        self.exchanges: list[Exchange] = []
        self._started = time.monotonic()
        self._session = requests.Session()
        self._session.trust_env = False

    async def answer(self, http: HttpRequest) -> HttpResponse:
        content = await http.body()
        asked = read_request(http.method, http.url.path, http.url.query, dict(http.headers), content)
        passed = {k: v for k, v in http.headers.items() if k in ("content-type", "accept")}
        passed["Connection"] = "close"  # a server may hang up on an idle connection just when the next request comes
        live = await run_in_threadpool(
            self._session.request,
            http.method,
            self.place.base_url + asked.path,
            params=[tuple(p) for p in asked.query],
            headers=passed | {"Authorization": f"Bearer {self.place.key}"},
            data=content,
            timeout=600,
        )
        answer = read_response(live.status_code, {k.lower(): v for k, v in live.headers.items()}, live.content)
        exchange = anonymous(Exchange(asked, answer, round(time.monotonic() - self._started, 2)), self.place.key)
        self.exchanges.append(exchange)
        return HttpResponse(exchange.response.content, answer.status, answer.headers)


def anonymous(exchange: Exchange, key: str) -> Exchange:
    """Without the organization, which OpenAI writes into jobs and model names. Raises if a key is in it."""
    text = json.dumps([exchange.request.body, exchange.response.body])
    if (len(key) > 8 and key in text) or KEY.search(text):
        raise ValueError(f"A key stands in {exchange.request.method} {exchange.request.path}; nothing was taped.")
    text = re.sub(r'"organization_id": "(?!org-local")[^"]*"', '"organization_id": "org-recorded"', text)
    text = re.sub(r"\bft:([^:\"]+):(?!local:)[^:\"]*:", r"ft:\1:recorded:", text)
    asked, answered = json.loads(text)
    request, response = exchange.request, exchange.response
    return Exchange(
        Request(request.method, request.path, request.query, asked),
        Response(response.status, response.headers, answered),
        exchange.seconds,
    )


def record(lesson: str, place: Place) -> None:
    """Run one lesson live and write its tape."""
    recorder = Recorder(place)
    began = datetime.now(UTC)
    address = serve_in_thread(everything(recorder.answer))
    paid = "0" if place.name == "local" else "1"
    run_notebook(lesson, {"COURSE_PLACE": address, "COURSE_BASE_MODEL": place.base_model, "COURSE_PAID": paid})
    write_tape(TAPES / f"{lesson}.jsonl", describe(lesson, place, began), recorder.exchanges)


def save_replayed(lesson: str) -> None:
    """Run one lesson against its tape and save the notebook with what it shows."""
    notebook = run_notebook(lesson, {"COURSE_PLACE": "replay"})
    write_whole(NOTEBOOKS / f"{lesson}.ipynb", (nbformat.writes(notebook) + "\n").encode())


def run_notebook(lesson: str, environment: dict) -> nbformat.NotebookNode:
    """Execute all cells in a fresh kernel; raises CellExecutionError where one fails."""
    notebook = nbformat.read(NOTEBOOKS / f"{lesson}.ipynb", 4)
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(NOTEBOOKS)}},
    )
    client.execute(env=os.environ | environment)
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return notebook


def main() -> None:
    arguments = parser().parse_args()
    if arguments.check:
        if problems := check():
            sys.exit("\n".join(problems))
        print("All tapes fit the data and the notebooks.")
        return
    names = arguments.lessons or [lesson.name for lesson in LESSONS]
    if unknown := set(names) - {lesson.name for lesson in LESSONS}:
        sys.exit(f"No such lesson: {', '.join(sorted(unknown))}. There are: {', '.join(x.name for x in LESSONS)}.")
    os.chdir(ROOT)
    TAPES.mkdir(parents=True, exist_ok=True)
    name = ""  # of the lesson at work
    try:
        with live_place(arguments.against, fresh=not arguments.lessons) as place:
            for name in names:
                started = time.monotonic()
                record(name, place)
                print(f"{name}: recorded in {time.monotonic() - started:.0f} s", flush=True)
        for name in names:
            save_replayed(name)
            print(f"{name}: replayed and saved", flush=True)
        lessons.main(check=False)  # the README says when each tape was made
    except CellExecutionError as error:
        sys.exit(f"{name}: a cell failed, and its tape was left as it was.\n{error}")


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m helpers.replay.record",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "lessons",
        nargs="*",
        metavar="LESSON",
        help="record only these, on the last server state; a training found there is not made again",
    )
    parser.add_argument("--against", default="local", metavar="PLACE", help="local (default) or openai")
    parser.add_argument("--check", action="store_true", help="record nothing; say what no longer fits")
    return parser


if __name__ == "__main__":
    main()
