"""Models of this server as graders: they are asked many questions at once."""

import asyncio

from ..graders.grade import Question, Reply
from ..model.chat_template import ChatTemplateError
from ..protocol.sampling_params import read_sampling
from .answer import Prompt
from .engine import ContextExceeded, Engine
from .grammar import schema_grammar


def ask_models(engine: Engine, questions: list[Question]) -> list[Reply | Exception]:
    """The replies in order; an exception where a model could not answer. Call it on a thread without a loop."""
    return asyncio.run(_ask_all(engine, questions)) if questions else []


async def _ask_all(engine: Engine, questions: list[Question]) -> list[Reply | Exception]:
    asked = [_ask(engine, question) for question in questions]
    replies = await asyncio.gather(*asked, return_exceptions=True)
    for reply in replies:
        if isinstance(reply, BaseException) and not isinstance(reply, Exception):
            raise reply
    return [reply for reply in replies if isinstance(reply, (Reply, Exception))]


async def _ask(engine: Engine, question: Question) -> Reply:
    try:
        ids = engine.prompt(question.messages, {})
    except (ContextExceeded, ChatTemplateError) as error:
        raise ValueError(f"The grading model cannot read its prompt: {error}") from None
    constraint = engine.grammars.start(schema_grammar(question.schema, strict=True))
    sampling = read_sampling(question.sampling, len(engine.tokenizer))
    async for answer in engine.answer(Prompt(question.model, ids, sampling, constraint=constraint)):
        if answer.finish_reason:
            return Reply(answer.text, answer.prompt_tokens, answer.completion_tokens)
    raise RuntimeError("the engine ended without an answer")
