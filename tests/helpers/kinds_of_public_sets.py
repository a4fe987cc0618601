"""Public data sets, and training files of other vendors."""

import json

from .export_talks import TALKS, spoken
from .export_writers import Kind, as_json, columns_of, each, joined, questions, readable, table, text

BITEXT = {
    "flags": "B",
    "instruction": questions()["Question"],
    "category": "LAMP",
    "intent": "ask",
    "response": questions()["Answer"],
}
WITH_INPUT = spoken([(f"Answer.\n\n{asked}", said) for asked, said in TALKS])


def chat(n: int, asked: str, said: str, who=("user", "assistant"), keys=("role", "content")) -> list[dict]:
    return [dict(zip(keys, pair, strict=True)) for pair in zip(who, (asked, said), strict=True)]


def sharegpt(n: int, asked: str, said: str) -> dict:
    return {"id": n, "conversations": chat(n, asked, said, ("human", "gpt"), ("from", "value"))}


def gemini(n: int, asked: str, said: str) -> dict:
    parts = [("user", asked), ("model", said)]
    return {"contents": [{"role": role, "parts": [{"text": what}]} for role, what in parts]}


def tree(n: int, asked: str, said: str) -> dict:
    answers = [
        {"text": what, "role": "assistant", "rank": rank, "replies": []} for what, rank in (("Hm.", 1), (said, 0))
    ]
    return {"message_tree_id": n, "prompt": {"text": asked, "role": "prompter", "replies": answers}}


def flat_tree(n: int, asked: str, said: str) -> list[dict]:
    names = {"message_tree_id": f"t{n}"}
    return [
        {**names, "message_id": f"q{n}", "parent_id": None, "text": asked, "role": "prompter", "rank": None},
        {**names, "message_id": f"a{n}", "parent_id": f"q{n}", "text": said, "role": "assistant", "rank": 0.0},
    ]


def tweets(n: int, asked: str, said: str) -> list[dict]:
    return [
        {"tweet_id": 2 * n + 2, "inbound": False, "text": said, "in_response_to_tweet_id": 2 * n + 1},
        {"tweet_id": 2 * n + 1, "inbound": True, "text": asked, "in_response_to_tweet_id": None},
    ]


def dialogue(n: int, asked: str, said: str) -> dict:
    return {"dialogue_id": n, "turns": chat(n, asked, said, ("USER", "SYSTEM"), ("speaker", "utterance"))}


def openai(*talk) -> dict:
    return {"messages": chat(*talk)}


def sent(who: str, what: str) -> list[dict]:
    """Chats whose messages have these two keys."""
    return [{"id": n, "messages": chat(n, *talk, ("customer", "support"), (who, what))} for n, talk in enumerate(TALKS)]


def pairs(asked: str, said: str) -> list[dict]:
    return [{asked: question, said: answer, "id": 1} for question, answer in TALKS]


def alpaca(n: int, asked: str, said: str) -> dict:
    return {"instruction": asked, "input": "", "output": said}


def with_input(n: int, asked: str, said: str) -> dict:
    return {"instruction": "Answer.", "input": asked, "output": said}


def dolly(n: int, asked: str, said: str) -> dict:
    return {"instruction": asked, "context": "", "response": said, "category": "qa"}


def completion(n: int, asked: str, said: str) -> dict:
    return {"prompt": asked, "completion": " " + said}


AUTHORS = [
    {
        "messages": [
            {"author": {"role": r, "name": "Bo"}, "message": s} for r, s in zip(("user", "agent"), t, strict=True)
        ]
    }
    for t in TALKS
]
KINDS = [
    Kind("Bitext, CSV", table("x.csv", BITEXT), {}, spoken(), "looks like Bitext"),
    Kind("Bitext, Parquet", table("x.parquet", BITEXT), {}, spoken(), "looks like Bitext"),
    Kind("Twitter", table("x.csv", columns_of(joined(each(tweets)))), {}, spoken(), "looks like support on Twitter"),
    Kind("ShareGPT, JSON", as_json("x.json", each(sharegpt)), {}, spoken(), "looks like ShareGPT"),
    Kind("ShareGPT, JSONL", as_json("x.jsonl", each(sharegpt)), {}, spoken(), "looks like ShareGPT"),
    Kind("Alpaca, JSON", as_json("x.json", each(alpaca)), {}, spoken(), "looks like Alpaca"),
    Kind("Alpaca, JSONL with input", as_json("x.jsonl", each(with_input)), {}, WITH_INPUT, "looks like Alpaca"),
    Kind("Dolly", as_json("x.jsonl", each(dolly)), {}, spoken(), "looks like Dolly"),
    Kind("OASST, trees", as_json("x.jsonl", each(tree)), {}, spoken(), "looks like OASST trees"),
    Kind(
        "OASST, flat in Parquet",
        table("x.parquet", columns_of(joined(each(flat_tree)))),
        {},
        spoken(),
        "looks like OASST messages",
    ),
    Kind("hub, messages in Parquet", table("x.parquet", {"messages": each(chat)}), {}, spoken()),
    Kind(
        "hub, conversation in Parquet",
        table("x.parquet", {"conversation": each(chat), "id": range(20)}),
        {},
        spoken(),
        "a list of messages",
    ),
    Kind("MultiWOZ", as_json("x.json", each(dialogue)), {}, spoken(), "MultiWOZ or SGD"),
    Kind("OpenAI, an array", as_json("x.json", each(openai)), {"roles": {"*": "user"}}, spoken()),
    Kind("OpenAI, over lines", readable("x.jsonl", each(openai)), {}, spoken()),
    Kind("an array called .jsonl", text("x.jsonl", json.dumps(each(openai), indent=1)), {}, spoken()),
    Kind("sender and text", as_json("x.json", sent("sender", "text")), {}, spoken(), "a list of messages"),
    Kind("author and message", as_json("x.json", sent("author", "message")), {}, spoken(), "a list of messages"),
    Kind("type and body", as_json("x.json", sent("type", "body")), {}, spoken(), "a list of messages"),
    Kind("authors with a role", as_json("x.json", AUTHORS), {}, spoken(), "a list of messages"),
    Kind("question and answer", as_json("x.json", pairs("question", "answer")), {}, spoken(), "question and answer"),
    Kind("input and output", as_json("x.jsonl", pairs("input", "output")), {}, spoken(), "input and output"),
    Kind("OpenAI, JSONL", as_json("x.jsonl", each(openai)), {}, spoken()),
    Kind("Gemini", as_json("x.jsonl", each(gemini)), {}, spoken(), "looks like Gemini"),
    Kind("prompt and completion", as_json("x.jsonl", each(completion)), {}, spoken(), "prompt and completion"),
    Kind(
        "preferences",
        as_json("x.jsonl", [{"prompt": "a", "chosen": "b", "rejected": "c"}]),
        {},
        "preferred and a rejected answer",
    ),
]
