"""Write the answers of a chat completion in OpenAI's form, whole or as chunks."""

from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from ..inference.answer import Answer
from ..inference.tool_calls import CallReader
from ..protocol.errors import ApiError
from ..protocol.objects import new_id
from .streaming import sse


@dataclass(frozen=True)
class ChoiceWriter:
    """Writes the choices of one request in OpenAI's form; `head` is what all parts of the response have in common."""

    head: dict
    logprobs: bool
    calls: CallReader | None  # where tools were given
    one_call: bool

    ids: dict[tuple[int, int], str] = field(default_factory=lambda: defaultdict(lambda: new_id("call_")))

    def message_and_finish_reason(self, answer: Answer) -> tuple[dict, str | None]:
        """The assistant's message, and why it ended; while it grows, as much as is sure of it, and None."""
        message = {"role": "assistant", "content": answer.text, "refusal": None}
        if not self.calls:
            return message, answer.finish_reason
        content, calls = self.calls.read(answer.text, growing=answer.finish_reason is None)
        calls = calls[:1] if self.one_call else calls
        if not calls:
            return message | {"content": content}, answer.finish_reason
        written = [
            {"id": self.ids[answer.index, n], "type": "function", "function": call} for n, call in enumerate(calls)
        ]
        reason = "tool_calls" if answer.finish_reason == "stop" else answer.finish_reason
        return message | {"content": content or None, "tool_calls": written}, reason

    def logprobs_of(self, entries: list[dict]) -> dict | None:
        return {"content": entries, "refusal": None} if self.logprobs else None


def usage(answers: list[Answer]) -> dict:
    prompt, completion = answers[0].prompt_tokens, sum(answer.completion_tokens for answer in answers)
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def completion(answers: list[Answer], writer: ChoiceWriter) -> dict:
    choices = []
    for answer in answers:
        message, reason = writer.message_and_finish_reason(answer)
        choices.append(
            {
                "index": answer.index,
                "message": message,
                "finish_reason": reason,
                "logprobs": writer.logprobs_of(answer.logprobs),
            }
        )
    return writer.head | {"object": "chat.completion", "choices": choices, "usage": usage(answers)}


def error_chunk(error: ApiError) -> str:
    return sse(error.body())


def news(told: dict, message: dict) -> dict:
    """What a message says more than what was told of it before: the delta of a chunk."""
    delta = {}
    if more := (message["content"] or "")[len(told.get("content") or "") :]:
        delta["content"] = more
    before, calls = told.get("tool_calls", []), []
    for n, call in enumerate(message.get("tool_calls", [])):
        if n >= len(before):
            calls.append({"index": n} | call)
        elif more := call["function"]["arguments"][len(before[n]["function"]["arguments"]) :]:
            calls.append({"index": n, "function": {"arguments": more}})
    return delta | ({"tool_calls": calls} if calls else {})


async def stream(growing: AsyncIterator[Answer], writer: ChoiceWriter, with_usage: bool) -> AsyncIterator[str]:
    """The chunks of all choices."""
    head = writer.head | {"object": "chat.completion.chunk"} | ({"usage": None} if with_usage else {})
    answers: dict[int, Answer] = {}
    told: dict[int, tuple[dict, int]] = {}  # of each choice, the message and how many log probabilities

    def chunk(index: int, delta: dict, finish: str | None = None, entries: list[dict] | None = None) -> str:
        logprobs = writer.logprobs_of(entries) if entries else None
        choice = {"index": index, "delta": delta, "finish_reason": finish, "logprobs": logprobs}
        return sse(head | {"choices": [choice]})

    async for answer in growing:
        index = answer.index
        if index not in told:
            yield chunk(index, {"role": "assistant", "content": ""})
            told[index] = {}, 0
        answers[index] = answer
        before, entries_told = told[index]
        message, reason = writer.message_and_finish_reason(answer)
        delta, entries = news(before, message), answer.logprobs[entries_told:]
        if delta or (entries and (reason or not writer.calls)):
            yield chunk(index, delta or {"content": ""}, entries=entries)
            told[index] = message, len(answer.logprobs)
        if reason:
            yield chunk(index, {}, reason)
    if with_usage:
        yield sse(head | {"choices": [], "usage": usage(list(answers.values()))})
    yield "data: [DONE]\n\n"
