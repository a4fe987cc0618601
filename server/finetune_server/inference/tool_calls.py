"""Read tool calls back from an answer, in the form in which the model's template writes them."""

import json
import re

from .call_syntax import as_generated, call_syntax


class CallReader:
    """Reads the calls of an answer; where calls are `held` to their form, also one that is cut off."""

    def __init__(self, tokenizer, held: bool = False):
        self._held, self._start = held, None
        if syntax := call_syntax(tokenizer):
            around = (syntax.lead, syntax.before, syntax.end, syntax.gap or "", syntax.tail)
            around = (as_generated(tokenizer, text).strip() for text in around)
            self._lead, self._before, self._end, self._gap, self._tail = around
            between = as_generated(tokenizer, syntax.between)
            if self._before:
                self._start = re.compile(re.escape(self._before) + r"\s*([\w.-]+)" + re.escape(between))

    def read(self, text: str, growing: bool = False) -> tuple[str, list[dict]]:
        """The text of an answer without its calls, and the names and arguments of the calls.

        While it is `growing`, the text and the arguments are as much as later tokens cannot change.
        """
        texts, calls, at = [], [], 0
        while self._start and (start := self._start.search(text, at)):
            try:
                _, end = json.JSONDecoder().raw_decode(text, start.end())
            except ValueError:  # it is cut off, or begins like a call, but is none and stays text
                if not self._held:
                    break
                end = len(text)
            calls.append({"name": start[1], "arguments": text[start.end() : end]})
            texts.append(text[at : start.start()].rstrip().removesuffix(self._gap if texts else self._lead))
            at = self._after(text, end, growing)
        rest = text[at:]
        if calls:
            rest = self._without_tail(rest.lstrip(), growing)
        if self._start and growing:
            rest = self._surely_text(rest, self._gap if calls else self._lead)
        if not calls:
            return rest, []
        first, *others = [*texts, rest]
        return "".join([first.rstrip(), *(other.strip() for other in others)]), calls

    def _after(self, text: str, end: int, growing: bool) -> int:
        """Where in the text a call is over, whose arguments end at `end`."""
        left = text[end:].lstrip()
        if growing and self._end.startswith(left):
            return len(text)
        return len(text) - len(left.removeprefix(self._end))

    def _without_tail(self, rest: str, growing: bool) -> str:
        return "" if growing and self._tail.startswith(rest) else rest.removeprefix(self._tail)

    def _surely_text(self, rest: str, around: str) -> str:
        """Without what may turn out to begin a call, or to stand before one: `around` does."""
        rest = rest.rstrip()
        openings = (self._before, around, around + self._before)
        begun = (n for opening in openings for n in range(1, len(opening) + 1) if rest.endswith(opening[:n]))
        end = rest.index(self._before) if self._before in rest else len(rest) - max(begun, default=0)
        return rest[:end].rstrip().removesuffix(around).rstrip()
