"""Write the answer of the Responses API: as a response with its items, or as a stream of events."""

import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator

from ..inference.answer import Answer
from ..inference.tool_calls import CallReader
from ..protocol.errors import ApiError
from ..protocol.objects import new_id
from .streaming import sse


class ResponseWriter:
    """Writes the items of one response; their ids stay the same while it grows."""

    def __init__(self, head: dict, calls: CallReader | None, one_call: bool):
        self.head, self.calls, self._one_call = head, calls, one_call
        self._message_id = new_id("msg_")
        self._call_ids: dict[int, tuple[str, str]] = defaultdict(lambda: (new_id("fc_"), new_id("call_")))

    def text_and_calls(self, answer: Answer) -> tuple[str, list[dict]]:
        """The text, and the names and arguments of calls; while the answer grows, as much as is sure of them."""
        if not self.calls:
            return answer.text, []
        text, calls = self.calls.read(answer.text, growing=answer.finish_reason is None)
        return text, calls[:1] if self._one_call else calls

    def message(self, status: str, *parts: dict) -> dict:
        return {
            "id": self._message_id,
            "type": "message",
            "status": status,
            "role": "assistant",
            "content": list(parts),
        }

    def call(self, n: int, call: dict, status: str) -> dict:
        id, call_id = self._call_ids[n]
        return {"id": id, "type": "function_call", "status": status, "call_id": call_id} | call

    def finished(self, answer: Answer, output: list[dict] | None = None) -> dict:
        """The response with its items; incomplete where the limit or the model's context cut it off."""
        status = "incomplete" if answer.finish_reason == "length" else "completed"
        text, calls = self.text_and_calls(answer)
        if output is None:
            output = [self.message(status, text_part(text))] if text or not calls else []
            output += [self.call(n, call, status) for n, call in enumerate(calls)]
        usage = {
            "input_tokens": answer.prompt_tokens,
            "output_tokens": answer.completion_tokens,
            "total_tokens": answer.prompt_tokens + answer.completion_tokens,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens_details": {"reasoning_tokens": 0},
        }
        return self.head | {
            "status": status,
            "incomplete_details": {"reason": "max_output_tokens"} if status == "incomplete" else None,
            "completed_at": None if status == "incomplete" else int(time.time()),
            "usage": usage,
            "output": output,
        }


def text_part(text: str) -> dict:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def error_event(error: ApiError, number: int) -> str:
    data = {"type": "error", "code": "server_error", "message": error.message, "param": None}
    return sse(data | {"sequence_number": number}, "error")


async def stream(growing: AsyncIterator[Answer], writer: ResponseWriter, numbers: Iterator[int]) -> AsyncIterator[str]:
    """The events of a response as server-sent events, numbered in order by `numbers`."""
    opened: list[int | None] = []  # the items in their order: the message as None, a call by its number
    told, told_calls, answer = "", [], None

    def event(type: str, **values) -> str:
        data = {"type": f"response.{type}", "sequence_number": next(numbers)} | values
        return sse(data, data["type"])

    def place(item: int | None) -> dict:
        id = (writer.message("") if item is None else writer.call(item, {}, ""))["id"]
        return {"item_id": id, "output_index": opened.index(item)} | ({"content_index": 0} if item is None else {})

    def open_message() -> Iterator[str]:
        opened.append(None)
        yield event("output_item.added", output_index=opened.index(None), item=writer.message("in_progress"))
        yield event("content_part.added", **place(None), part=text_part(""))

    yield event("created", response=writer.head)
    yield event("in_progress", response=writer.head)
    if not writer.calls:
        for line in open_message():
            yield line
    async for answer in growing:
        text, calls = writer.text_and_calls(answer)
        if None not in opened and (text or (answer.finish_reason and not calls)):
            for line in open_message():
                yield line
        if text[len(told) :]:
            yield event("output_text.delta", **place(None), delta=text[len(told) :], logprobs=[])
        for n, call in enumerate(calls):
            if n not in opened:
                opened.append(n)
                item = writer.call(n, call | {"arguments": ""}, "in_progress")
                yield event("output_item.added", output_index=opened.index(n), item=item)
            before = told_calls[n]["arguments"] if n < len(told_calls) else ""
            if new := call["arguments"][len(before) :]:
                yield event("function_call_arguments.delta", **place(n), delta=new)
        told, told_calls = text, calls
    assert answer  # there is one at least
    status = writer.finished(answer)["status"]
    output = []
    for item in opened:
        if item is None:
            output.append(writer.message(status, text_part(told)))
            yield event("output_text.done", **place(None), text=told, logprobs=[])
            yield event("content_part.done", **place(None), part=text_part(told))
        else:
            output.append(writer.call(item, told_calls[item], status))
            yield event("function_call_arguments.done", **place(item), **told_calls[item])
        yield event("output_item.done", output_index=opened.index(item), item=output[-1])
    yield event(status, response=writer.finished(answer, output))
