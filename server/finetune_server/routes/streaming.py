"""Answers while they grow: as server-sent events, or collected as long as the client waits."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable

from starlette.requests import ClientDisconnect, Request

from ..inference.answer import Answer
from ..protocol.errors import ApiError
from .answer_headers import REQUEST_ID


def sse(data: dict, event: str | None = None) -> str:
    """One server-sent event."""
    return (f"event: {event}\n" if event else "") + f"data: {json.dumps(data)}\n\n"


async def after_first_token(growing: AsyncIterator[Answer]) -> AsyncIterator[Answer]:
    """The same answers. Errors before the first token are raised here, while the response can still be an error."""
    first = await anext(growing)

    async def all_of_them() -> AsyncIterator[Answer]:
        yield first
        async for answer in growing:
            yield answer

    return all_of_them()


async def with_error_event(events: AsyncIterator[str], write: Callable[[ApiError], str]) -> AsyncIterator[str]:
    """The events of a stream. A later error becomes the last event: the status line has been sent."""
    try:
        async for event in events:
            yield event
    except Exception as error:
        logging.getLogger(__name__).exception("%s: a stream", REQUEST_ID.get())
        yield write(ApiError(500, f"The server failed: {type(error).__name__}: {error}"))


async def collect_unless_disconnected(growing: AsyncIterator[Answer], request: Request) -> list[Answer]:
    """The finished choices, in the order of their index. Raises ClientDisconnect if the client hangs up before."""
    work, gone = asyncio.ensure_future(_finished(growing)), asyncio.ensure_future(request.receive())
    try:
        await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            raise ClientDisconnect
        return sorted(work.result(), key=lambda answer: answer.index)
    finally:
        work.cancel()
        gone.cancel()


async def _finished(growing: AsyncIterator[Answer]) -> list[Answer]:
    return [answer async for answer in growing if answer.finish_reason]
