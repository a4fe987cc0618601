"""What of a training file is learned, and how a file that cannot be learned fails its job."""

import json

import pytest

from .. import needs

needs.training()

from transformers import AutoTokenizer

from finetune_server.model.batching import IGNORE
from finetune_server.model.chat_template import ChatTemplateError
from finetune_server.training.tokenize import tokenize_example

from .. import tiny_model
from ..local_server import finished, lines, supervised, upload

USER = {"role": "user", "content": "hi"}
YES, NO = {"role": "assistant", "content": "yes"}, {"role": "assistant", "content": "no"}
WEATHER = {"name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}
FUNCTION = {"name": "weather", "arguments": '{"city": "Bonn"}'}
CALL = {
    "role": "assistant",
    "content": None,
    "tool_calls": [{"id": "call_1", "type": "function", "function": FUNCTION}],
}
RESULT = {"role": "tool", "tool_call_id": "call_1", "content": "sunny"}
TOOLS = {
    "messages": [USER, CALL, RESULT, YES],
    "tools": [{"type": "function", "function": WEATHER}],
    "parallel_tool_calls": False,
}


def learned(folder, *messages, **beside):
    """The stretches of an example's text that carry labels, and the whole text."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    ids, labels = tokenize_example(tokenizer, {"messages": list(messages)} | beside)
    assert len(ids) == len(labels) and all(label in (IGNORE, token) for token, label in zip(ids, labels, strict=True))
    stretches, before = [], IGNORE
    for token, label in zip(ids, labels, strict=True):
        if label != IGNORE:
            stretches += [[]] if before == IGNORE else []
            stretches[-1].append(token)
        before = label
    return [tokenizer.decode(s) for s in stretches], tokenizer.decode(ids)


def test_every_turn_of_the_assistant_is_learned_and_nothing_else(model):
    assert learned(model, USER, YES, USER, NO)[0] == ["yes</s>", "no</s>"]


def test_a_turn_of_weight_0_is_read_but_not_learned(model):
    stretches, text = learned(model, USER, YES | {"weight": 0}, USER, NO | {"weight": 1})
    assert stretches == ["no</s>"] and "yes" in text
    assert learned(model, USER, YES, USER, NO | {"weight": 0})[0] == ["yes</s>"]


def test_calls_of_tools_are_learned_as_the_template_writes_them(tool_model):
    stretches, text = learned(tool_model, *TOOLS["messages"], tools=TOOLS["tools"])
    call = '<tool_call>\n{"name": "weather", "arguments": {"city": "Bonn"}}\n</tool_call></s>'
    assert stretches == [call, "yes</s>"]
    assert (
        text.startswith('<s>tools: {"type": "function", "function": {"name": "weather"')
        and "<s>tool: sunny</s>" in text
    )


def test_functions_are_tools_by_their_older_name(tool_model):
    older = [
        USER,
        {"role": "assistant", "content": None, "function_call": FUNCTION},
        {"role": "function", "name": "weather", "content": "sunny"},
        YES,
    ]
    assert learned(tool_model, *older, functions=[WEATHER]) == learned(
        tool_model, *TOOLS["messages"], tools=TOOLS["tools"]
    )


def test_a_template_that_rewrites_earlier_turns_is_refused_rather_than_mislearned(tmp_path):
    template = (
        "{% for m in messages %}<s>{{ m.role }}: {{ m.content if loop.last else '...' }}</s>{% endfor %}"
        "{% if add_generation_prompt %}<s>assistant: {% endif %}"
    )
    folder = tiny_model.make(tmp_path, template)
    with pytest.raises(ChatTemplateError, match="changes what stands before it") as caught:
        learned(folder, USER, YES, USER, NO)
    assert caught.value.message == 1


def test_a_job_trains_on_tools(with_tools):
    content = b"".join(json.dumps(TOOLS).encode() + b"\n" for _ in range(10))
    job = with_tools.fine_tuning.jobs.create(
        model="tiny", training_file=upload(with_tools, content), method=supervised(n_epochs=1, batch_size=10)
    )
    assert finished(with_tools, job).status == "succeeded"


def example(*messages, **beside):
    return json.dumps({"messages": list(messages)} | beside).encode() + b"\n"


@pytest.mark.parametrize(
    "bad, words",
    [
        (example(USER, CALL, RESULT, YES), "Example 11, message 2: the model's chat template does not show tool calls"),
        (example(USER, YES, tools=TOOLS["tools"]), "Example 11: the model's chat template does not show tools"),
        (example({"role": "user", "content": "x" * 600}, YES), "Example 11 has 624 tokens, and the model reads 512"),
        (example(YES), "Example 11, message 1: there is nothing it answers to"),
        (example(USER, YES, tools=[{"type": "function"}]), "Example 11: Invalid value for 'tools[0].function'"),
        (example(USER, YES, weight=1.0, metadata={"source": "desk"}), 'Example 11 contains an extra "weight"'),
        (example(USER, YES, functions=5), "Example 11 has functions that are not a list"),
        (example(USER, YES, parallel_tool_calls="no"), "Example 11 has a parallel_tool_calls"),
        (
            example(USER, CALL | {"tool_calls": [{"id": "x", "type": "function"}]}),
            "Example 11, message 2: Invalid value for 'tool_calls[0].function'",
        ),
        (
            example(
                USER,
                CALL | {"tool_calls": [{"id": "x", "type": "function", "function": {"name": "f", "arguments": "{"}}]},
            ),
            "Example 11, message 2 calls f with arguments that are not a JSON object",
        ),
        (
            example(USER, {"role": "tool", "content": "sunny"}, YES),
            "Example 11, message 2: Invalid value for 'tool_call_id'",
        ),
        (example(USER | {"nmae": "Kim"}, YES), 'Example 11, message 1 contains an extra "nmae": leave it out'),
        (example(USER, YES | {"wieght": 0}), 'Example 11, message 2 contains an extra "wieght": leave it out'),
        (example(USER | {"weight": 1}, YES), "Example 11, message 1 is from the user and has a weight"),
        (example(USER, CALL | {"function_call": FUNCTION}), "Example 11, message 2 has tool_calls and function_call"),
        (
            example(USER, RESULT, YES),
            "Example 11, message 2 gives the result of a call that no message before it makes",
        ),
        (example(USER, YES | {"weight": 0}), "Example 11 has no message from the assistant"),
        (example(USER, YES | {"weight": 2}), "Example 11, message 2 has a weight other than 0 or 1"),
        (example(USER, {"role": "assistant", "content": None}), "Example 11, message 2 has no text"),
    ],
)
@pytest.mark.parametrize("param", ["training_file", "validation_file"])
def test_what_cannot_be_learned_fails_the_job_and_names_the_place(api, bad, words, param):
    good, bad = upload(api, lines(10)), upload(api, lines(10) + b"\n" + bad)
    job = api.fine_tuning.jobs.create(**{"model": "tiny", "training_file": good, "seed": 1} | {param: bad})
    job = finished(api, job)
    assert (job.status, job.error.code, job.error.param) == ("failed", "invalid_training_file", param)
    assert words in job.error.message
