"""A request waits for its answers: as long as its client does."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable

from starlette.requests import ClientDisconnect, Request

from .choice import Answer


async def begun(growing: AsyncIterator[Answer]) -> AsyncIterator[Answer]:
    """The same answers. What hinders the first token is raised here, while the response can still be an error."""
    first = await anext(growing)

    async def all_of_them() -> AsyncIterator[Answer]:
        yield first
        async for answer in growing:
            yield answer

    return all_of_them()


async def to_its_end(events: AsyncIterator[str], tell: Callable[[str], str]) -> AsyncIterator[str]:
    """The events of a stream. Later errors become an event: the status line has been sent."""
    try:
        async for event in events:
            yield event
    except Exception as error:
        logging.getLogger(__name__).exception("a stream")
        yield tell(f"The server failed: {type(error).__name__}: {error}")


async def finished(growing: AsyncIterator[Answer], request: Request) -> list[Answer]:
    """The finished choices, in the order of their index. Raises ClientDisconnect if the client hangs up before."""
    work, gone = asyncio.ensure_future(_ends(growing)), asyncio.ensure_future(request.receive())
    try:
        await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            raise ClientDisconnect
        return sorted(work.result(), key=lambda answer: answer.index)
    finally:
        work.cancel()
        gone.cancel()


async def _ends(growing: AsyncIterator[Answer]) -> list[Answer]:
    return [answer async for answer in growing if answer.finish_reason]
