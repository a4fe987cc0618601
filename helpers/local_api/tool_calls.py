"""Calls of tools, read back from an answer in the form in which the model's template writes them."""

import json
import re

from .messages import attempt, render
from .store import new_id

NAME, KEY = "the_name_of_it", "the_key_of_it"


class CallReader:
    """Learns from the template itself what stands before, between and after name and arguments of a call."""

    def __init__(self, tokenizer):
        call = {"type": "function", "id": "call00000", "function": {"name": NAME, "arguments": {KEY: 1}}}
        asked = [{"role": "user", "content": "?"}]
        text = attempt(tokenizer, [*asked, {"role": "assistant", "content": "", "tool_calls": [call]}], {})
        written = str(text).removeprefix(render(tokenizer, asked, prompt=True))
        found = re.search(rf"(.*?){NAME}(.*?)\{{\s*\"{KEY}\": ?1\s*\}}(.*)", written, re.DOTALL)
        self._start = None
        if found:
            ids = [tokenizer(part, add_special_tokens=False)["input_ids"] for part in found.groups()]
            before, between, after = (tokenizer.decode(part, skip_special_tokens=True) for part in ids)
            self._start = re.compile(re.escape(before.strip()) + r"\s*([\w.-]+)" + re.escape(between))
            self._after = after.strip()

    def read(self, text: str) -> tuple[str, list[dict]]:
        """What the answer says beside its calls, and the calls as OpenAI writes them."""
        said, calls, at = [], [], 0
        while self._start and (start := self._start.search(text, at)):
            try:
                arguments, end = json.JSONDecoder().raw_decode(text, start.end())
            except ValueError:  # begun like a call, but none: it stays text
                break
            function = {"name": start[1], "arguments": json.dumps(arguments, ensure_ascii=False)}
            calls.append({"id": new_id("call_"), "type": "function", "function": function})
            said.append(text[at : start.start()])
            at = len(text) - len(text[end:].lstrip().removeprefix(self._after))
        return "".join([*said, text[at:]]).strip() if calls else text, calls
