"""Read tool calls back from an answer, in the form in which the model's template writes them."""

import json
import re
from os.path import commonprefix

from ..model.chat_template import render, try_render
from ..protocol.objects import new_id

NAME, KEY = "the_name_of_it", "the_key_of_it"


class CallReader:
    """Infers the syntax of tool calls by rendering a probe call."""

    def __init__(self, tokenizer):
        self._start = None
        pieces = _around_calls(tokenizer, 2) or _around_calls(tokenizer, 1)  # some templates write one call only
        if not pieces:
            return
        before, between, after = pieces[:3]
        if len(pieces) > 3:  # what stands before both calls belongs to a call, not to the turn
            before = commonprefix([before[::-1], after[::-1]])[::-1]  # noqa: RUF071, letter by letter is meant
            after = after.removesuffix(before)
        before, between, after = (_as_generated(tokenizer, part) for part in (before, between, after))
        if before.strip():
            self._start = re.compile(re.escape(before.strip()) + r"\s*([\w.-]+)" + re.escape(between))
            self._after = after.strip()

    def read(self, text: str) -> tuple[str, list[dict]]:
        """The text of an answer without its calls, and the calls in OpenAI's form."""
        texts, calls, at = [], [], 0
        while self._start and (start := self._start.search(text, at)):
            try:
                arguments, end = json.JSONDecoder().raw_decode(text, start.end())
            except ValueError:  # it begins like a call, but is none: it stays text
                break
            function = {"name": start[1], "arguments": json.dumps(arguments, ensure_ascii=False)}
            calls.append({"id": new_id("call_"), "type": "function", "function": function})
            texts.append(text[at : start.start()])
            at = len(text) - len(text[end:].lstrip().removeprefix(self._after))
        return "".join([*texts, text[at:]]).strip() if calls else text, calls


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


def _as_generated(tokenizer, text: str) -> str:
    """Template text as it is in an answer, without special tokens."""
    return tokenizer.decode(tokenizer(text, add_special_tokens=False)["input_ids"], skip_special_tokens=True)
