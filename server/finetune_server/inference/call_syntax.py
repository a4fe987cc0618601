"""In which form a model writes calls of tools: inferred by rendering probe calls with its chat template."""

import json
import re
from dataclasses import dataclass
from os.path import commonprefix

from ..model.chat_template import end_of_turn, render, try_render

NAME, KEY = "the_name_of_it", "the_key_of_it"


@dataclass(frozen=True)
class CallSyntax:
    """The texts around the names and arguments of calls, special tokens included.

    A turn is: lead, call, gap, call, …, tail; and a call: before, name, between, arguments, end. Without a gap there
    is one call only.
    """

    lead: str
    before: str
    between: str
    end: str
    gap: str | None
    tail: str


def call_syntax(tokenizer) -> CallSyntax | None:
    """The form of a tokenizer's chat template; None if it leaves calls out, or writes arguments in a form not known."""
    if pieces := _around_calls(tokenizer, 2):
        first, between, second, _, last = pieces
        last = _turn(tokenizer, last)
        end = commonprefix([second, last])  # noqa: RUF071, letter by letter is meant
        second = second[len(end) :]
        before = commonprefix([first[::-1], second[::-1]])[::-1]  # noqa: RUF071, as above
        lead, gap = first.removesuffix(before), second.removesuffix(before)
        parts = (lead, before, between, end, gap, last[len(end) :])
    elif pieces := _around_calls(tokenizer, 1):  # some templates write one call only
        before, between, last = pieces
        parts = ("", before, between, _turn(tokenizer, last), None, "")
    else:
        return None
    return CallSyntax(*parts) if parts[1].strip() else None


def _around_calls(tokenizer, n: int) -> list[str]:
    """The text of a turn of `n` calls, split at names and arguments; empty if the template leaves calls out."""
    call = {"type": "function", "id": "call00000", "function": {"name": NAME, "arguments": {KEY: 1}}}
    user = [{"role": "user", "content": "?"}]
    text = try_render(tokenizer, [*user, {"role": "assistant", "content": "", "tool_calls": [call] * n}])
    if isinstance(text, Exception):
        return []
    turn = text.removeprefix(render(tokenizer, user, prompt=True))
    pieces = re.split(rf"{NAME}(.*?)\{{\s*\"{KEY}\": ?1\s*\}}", turn, flags=re.DOTALL)
    return pieces if len(pieces) == 2 * n + 1 else []


def _turn(tokenizer, text: str) -> str:
    """Text up to the end of the turn."""
    end = end_of_turn(tokenizer)
    return (text if end is None else text.partition(tokenizer.convert_ids_to_tokens(end))[0]).rstrip()


def as_generated(tokenizer, text: str) -> str:
    """Template text as it stands in an answer, without special tokens."""
    return tokenizer.decode(tokenizer(text, add_special_tokens=False)["input_ids"], skip_special_tokens=True)


def lark_parts(tokenizer, text: str) -> list[str]:
    """Template text as expressions of a Lark grammar: special tokens by their ids, and what is between as literals."""
    special = {token.content: n for n, token in tokenizer.added_tokens_decoder.items() if token.special}
    pieces = re.split("|".join(f"({re.escape(content)})" for content in special), text) if special else [text]
    return [f"<[{special[piece]}]>" if piece in special else json.dumps(piece) for piece in pieces if piece]
