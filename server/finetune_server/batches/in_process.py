"""A request to the server's own application, without a connection: it is answered as any other."""

import asyncio
import json


async def post(app, path: str, body: dict, token: str | None) -> tuple[int, dict[str, str], dict]:
    """The status, headers and JSON of the answer."""
    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    headers += [(b"authorization", f"Bearer {token}".encode())] if token else []
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": None,
        "server": None,
    }
    body_sent = False
    status, answered, content = 500, {}, b""

    async def receive() -> dict:
        nonlocal body_sent
        if body_sent:
            await asyncio.Event().wait()  # nobody hangs up
        body_sent = True
        return {"type": "http.request", "body": json.dumps(body).encode(), "more_body": False}

    async def send(message: dict) -> None:
        nonlocal status, answered, content
        if message["type"] == "http.response.start":
            status = message["status"]
            answered = {name.decode("latin-1"): value.decode("latin-1") for name, value in message["headers"]}
        else:
            content += message.get("body", b"")

    await app(scope, receive, send)
    return status, answered, json.loads(content)
