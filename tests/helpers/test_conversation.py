"""Turns add up, and where a recording lacks a question the nearest one is named."""

import openai
import pytest

from helpers.conversation import ANSWER_TOKENS, Conversation
from helpers.replay.server import serve_in_thread, stub
from helpers.replay.tape import Exchange, Request, Response

JSON = {"content-type": "application/json"}
SYSTEM = "Be brief."


def asked_of(model, *said):
    """The body of a request whose turns are these, the customer's first."""
    roles = ["user", "assistant"] * len(said)
    turns = [{"role": role, "content": text} for role, text in zip(roles, said, strict=False)]
    return {
        "messages": [{"role": "system", "content": SYSTEM}, *turns],
        "model": model,
        "max_completion_tokens": ANSWER_TOKENS,
        "temperature": 0,
    }


def answered(body, text):
    completion = {
        "id": "c",
        "object": "chat.completion",
        "created": 1,
        "model": body["model"],
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }
    return Exchange(Request("POST", "/chat/completions", [], body), Response(200, JSON, {"json": completion}), 0.0)


@pytest.fixture
def client():
    tape = [
        answered(asked_of("tuned", "Where is my order?"), "Your order number, please?"),
        answered(asked_of("tuned", "Where is my order?", "Your order number, please?", "T1-1"), "On its way."),
        answered(asked_of("tuned", "May I wipe it with washing-up liquid?"), "No."),
        answered(asked_of("base", "Is dish soap made of soap?"), "Yes."),
    ]
    return openai.OpenAI(base_url=serve_in_thread(stub(tape)), api_key="none", max_retries=0)


def test_each_question_goes_with_the_turns_before_it(client):
    talk = Conversation(client, "tuned", SYSTEM)
    assert [talk.ask("Where is my order?"), talk.ask("T1-1")] == ["Your order number, please?", "On its way."]
    assert [message["role"] for message in talk.messages] == ["system", "user", "assistant", "user", "assistant"]


def test_an_unknown_question_names_one_that_this_model_was_asked_and_leaves_no_turn(client):
    talk = Conversation(client, "tuned", SYSTEM)
    with pytest.raises(LookupError, match='by its words is: "May I wipe it with washing-up liquid[?]"'):
        talk.ask("Can I wipe it with dish soap?")
    assert talk.ask("May I wipe it with washing-up liquid?") == "No."
    assert len(talk.messages) == 3


def test_a_question_that_was_recorded_without_the_turns_before_it_says_so(client):
    talk = Conversation(client, "tuned", SYSTEM)
    talk.ask("Where is my order?")
    with pytest.raises(LookupError, match="was recorded, but with other settings or other turns before it"):
        talk.ask("May I wipe it with washing-up liquid?")


def test_a_model_that_is_gone_is_the_apis_own_error():
    error = {"error": {"message": "The model does not exist.", "code": "model_not_found"}}
    request = Request("POST", "/chat/completions", [], asked_of("gone", "Hello?"))
    url = serve_in_thread(stub([Exchange(request, Response(404, JSON, {"json": error}), 0.0)]))
    talk = Conversation(openai.OpenAI(base_url=url, api_key="none", max_retries=0), "gone", SYSTEM)
    with pytest.raises(openai.NotFoundError, match="does not exist"):
        talk.ask("Hello?")
