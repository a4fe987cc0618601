"""Chat completions: check the request, and write its answers, whole or as chunks."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

from openai.types.chat.completion_create_params import CompletionCreateParamsBase
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from ..inference.engine import ContextExceeded, Engine
from ..inference.sequence import Answer
from ..inference.tool_calls import CallReader
from ..model.chat_template import ChatTemplateError, template_kwargs
from ..protocol.chat_rules import check_rules
from ..protocol.errors import ApiError
from ..protocol.messages import check_message, check_tools
from ..protocol.nulls import drop_nulls
from ..protocol.objects import new_id, tier
from ..protocol.response_format import read_response_format
from ..protocol.sampling_params import read_sampling
from ..protocol.validate import check, check_flag, check_known, check_range, json_body
from ..store.answers import Answers
from ..store.store import Store
from . import stored_completions
from .answer_form import constraint_of
from .models import check_can_answer
from .stored_completions import collecting, keep, kept_stream
from .streaming import after_first_token, collect_unless_disconnected, sse, with_error_event

KNOWN: set[str] = set(
    "model messages max_tokens max_completion_tokens temperature top_p seed stop stream stream_options n logprobs "
    "top_logprobs frequency_penalty presence_penalty logit_bias tools parallel_tool_calls user store metadata "
    "safety_identifier prompt_cache_key service_tier response_format".split()
)
ONLY = {"modalities": [["text"]], "tool_choice": ["auto", "none"]}
MAX_CHOICES, MAX_TOP_LOGPROBS = 128, 20  # OpenAI's limits


def routes(store: Store, engine: Engine) -> list[Route]:
    kept = Answers(store)

    async def complete(request: Request) -> Response:
        body = drop_nulls(await json_body(request)) | request.path_params  # Azure's older paths name the model
        form = read_response_format(body.get("response_format"))
        check_request(body)
        sampling = read_sampling(body, len(engine.tokenizer))
        check_can_answer(store, engine.base_name, body["model"])
        kwargs = {} if body.get("tool_choice") == "none" else template_kwargs(body)
        ids = await run_in_threadpool(prompt_ids, engine, body["messages"], kwargs, "messages")
        constraint = await run_in_threadpool(constraint_of, engine, form)
        head = {"id": new_id("chatcmpl-"), "created": int(time.time()), "model": body["model"]} | tier(body)
        writer = ChoiceWriter(
            head,
            bool(body.get("logprobs")),
            CallReader(engine.tokenizer) if "tools" in kwargs else None,
            kwargs.get("parallel_tool_calls") is False,
        )
        n, streamed = body.get("n") or 1, bool(body.get("stream"))
        growing = engine.answer(body["model"], ids, sampling, n, streamed, constraint)
        if body.get("stream"):
            with_usage = bool((body.get("stream_options") or {}).get("include_usage"))
            finished: list[Answer] = []
            growing = await after_first_token(collecting(growing, finished))
            chunks = stream(growing, writer, with_usage)
            if body.get("store"):
                chunks = kept_stream(chunks, kept, body, finished, usage)
            return StreamingResponse(with_error_event(chunks, error_chunk), media_type="text/event-stream")
        answers = await collect_unless_disconnected(growing, request)
        milliseconds = max(answer.seconds for answer in answers) * 1000
        whole = completion(answers, writer)
        if body.get("store"):
            keep(kept, whole, body)
        return JSONResponse(whole, headers={"openai-processing-ms": f"{milliseconds:.0f}"})

    return [
        Route("/chat/completions", complete, methods=["POST"]),
        Route("/deployments/{model}/chat/completions", complete, methods=["POST"]),
        *stored_completions.routes(kept),
    ]


def check_request(body: dict) -> None:
    check(CompletionCreateParamsBase, body | {"messages": []})
    check_flag(body, "stream")
    if not isinstance(body.get("messages"), list) or not body["messages"]:
        raise ApiError(400, "Invalid 'messages': expected a list with at least one message.", param="messages")
    for n, message in enumerate(body["messages"]):
        check_message(message, f"messages[{n}]")
    if body.get("tools") is not None:
        check_tools(body["tools"])
    check_known(body, KNOWN, ONLY)
    check_range(body.get("n"), 1, MAX_CHOICES, "n")
    check_range(body.get("top_logprobs"), 0, MAX_TOP_LOGPROBS, "top_logprobs")
    if body.get("top_logprobs") is not None and not body.get("logprobs"):
        message = "The 'top_logprobs' parameter is only allowed when 'logprobs' is true."
        raise ApiError(400, message, param="top_logprobs")
    check_rules(body)


def prompt_ids(engine: Engine, messages: list[dict], kwargs: dict, param: str, instructions: int = 0) -> list[int]:
    """The prompt's token ids, or an ApiError; `param` is the request's name for the messages after `instructions`."""
    try:
        return engine.prompt(messages, kwargs)
    except ContextExceeded as error:
        raise ApiError(400, str(error), param=param, code="context_length_exceeded") from None
    except ChatTemplateError as error:
        where = "tools" if error.message is None else f"{param}[{error.message - instructions}]"
        where = "instructions" if error.message is not None and error.message < instructions else where
        raise ApiError(400, f"Invalid '{where}': {error}.", param=where) from None


@dataclass(frozen=True)
class ChoiceWriter:
    """Writes the choices of one request in OpenAI's form; `head` is what all parts of the response have in common."""

    head: dict
    logprobs: bool
    calls: CallReader | None  # where tools were given
    one_call: bool

    def message_and_finish_reason(self, answer: Answer) -> tuple[dict, str | None]:
        """The assistant's message, and why it ended; None while it grows."""
        message = {"role": "assistant", "content": answer.text, "refusal": None}
        if self.calls:
            content, calls = self.calls.read(answer.text)
            if calls:
                calls = calls[:1] if self.one_call else calls
                return message | {"content": content or None, "tool_calls": calls}, "tool_calls"
        return message, answer.finish_reason

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


async def stream(growing: AsyncIterator[Answer], writer: ChoiceWriter, with_usage: bool) -> AsyncIterator[str]:
    """The chunks of all choices. With tools a choice is sent when it is complete: only then is it known as a call."""
    head = writer.head | {"object": "chat.completion.chunk"} | ({"usage": None} if with_usage else {})
    sent: dict[int, Answer] = {}

    def chunk(index: int, delta: dict, finish: str | None = None, entries: list[dict] | None = None) -> str:
        logprobs = writer.logprobs_of(entries) if entries else None
        choice = {"index": index, "delta": delta, "finish_reason": finish, "logprobs": logprobs}
        return sse(head | {"choices": [choice]})

    async for answer in growing:
        index = answer.index
        if index not in sent:
            yield chunk(index, {"role": "assistant", "content": ""})
            sent[index] = Answer(index, answer.prompt_tokens)
        if writer.calls and not answer.finish_reason:
            continue
        message, reason = writer.message_and_finish_reason(answer)
        if "tool_calls" in message:
            calls = [{"index": n} | call for n, call in enumerate(message["tool_calls"])]
            yield chunk(index, {"content": message["content"], "tool_calls": calls}, entries=answer.logprobs)
        else:
            new, entries = answer.text[len(sent[index].text) :], answer.logprobs[len(sent[index].logprobs) :]
            if new or entries:
                yield chunk(index, {"content": new}, entries=entries)
        sent[index] = answer
        if reason:
            yield chunk(index, {}, reason)
    if with_usage:
        yield sse(head | {"choices": [], "usage": usage(list(sent.values()))})
    yield "data: [DONE]\n\n"
