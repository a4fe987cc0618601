"""A request to the server's own application, without a connection: it is answered as any other."""

import httpx


async def post(app, path: str, body: dict, token: str | None) -> tuple[int, dict[str, str], dict]:
    """The status, headers and JSON of the answer."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=None) as client:
        answer = await client.post(path, json=body, headers=headers)
    return answer.status_code, dict(answer.headers), answer.json()
