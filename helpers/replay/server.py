"""The replay server: it runs on this machine and answers from a tape."""

import threading
import time

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from .nearest import explain
from .player import NotRecorded, Player
from .tape import Exchange, read_request

START_SECONDS = 60  # a busy machine takes one or two, a very busy one more
METHODS = ["GET", "POST", "DELETE", "PUT", "PATCH"]


def stub(exchanges: list[Exchange]) -> Starlette:
    """The application that answers with these exchanges."""
    player = Player(exchanges)

    async def answer(request: Request) -> Response:
        content = await request.body()
        try:
            asked = read_request(request.method, request.url.path, request.url.query, dict(request.headers), content)
            recorded = player.answer(asked)
        except NotRecorded as missing:
            return failure(404, explain(missing.request, player.requests), "not_recorded")
        except ValueError as error:
            return failure(400, f"The request could not be read: {error}", None)
        if recorded.headers.get("content-type", "").startswith("text/event-stream"):
            events = recorded.content.decode().splitlines(keepends=True)
            return StreamingResponse(iter(events), recorded.status, recorded.headers)
        return Response(recorded.content, recorded.status, recorded.headers)

    return everything(answer)


def everything(handler) -> Starlette:
    """The application that gives every request to one handler."""
    return Starlette(routes=[Route("/{path:path}", handler, methods=METHODS)])


def failure(status: int, message: str, code: str | None) -> JSONResponse:
    """An error in the form of OpenAI's."""
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    return JSONResponse({"error": error}, status_code=status)


def serve_in_thread(app: Starlette) -> str:
    """Serve on a free port of this machine until the process ends: the base URL. Raises RuntimeError if that fails."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", lifespan="off", ws="none")
    server = uvicorn.Server(config)
    threading.Thread(target=server.run, daemon=True, name="replay").start()
    deadline = time.monotonic() + START_SECONDS
    while not server.started:
        if time.monotonic() > deadline:
            raise RuntimeError(f"The replay server did not start on this machine within {START_SECONDS} seconds.")
        time.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    return f"http://127.0.0.1:{port}/v1"
