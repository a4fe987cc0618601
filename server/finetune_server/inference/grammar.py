"""Hold answers to a form: which tokens may come next, by llguidance."""

import json
from functools import cached_property

import llguidance.hf
import numpy as np
import torch
from llguidance import LLMatcher, LLParserLimits

JSON_STYLE = {
    "whitespace_pattern": r"(\r?\n)?[ \t]{0,40}",  # a small model writes it without end where it may
    "json_allow_general_unicode_escapes": True,  # "\u00e9": a model tuned on JSON with them knows no other form
}


class GrammarError(ValueError):
    """No answer can be held to it: it is not valid, or asks for what llguidance does not do."""


def schema_grammar(schema: dict, strict: bool) -> str:
    """A grammar of the JSON texts that fit a schema; keys come in its order. Raises GrammarError.

    Without `strict`, what of the schema llguidance does not know is left out.
    """
    try:
        return LLMatcher.grammar_from_json_schema(styled_schema(schema, strict))
    except ValueError as error:
        raise GrammarError(str(error)) from None


def styled_schema(schema: dict, strict: bool) -> str:
    """The JSON of a schema with the style in which it is to be written, for `%json` in a Lark grammar."""
    return json.dumps(schema | {"x-guidance": JSON_STYLE | {"lenient": not strict}})


class Constraint:
    """A grammar, and where in it one answer is."""

    def __init__(self, grammar: str, matcher: LLMatcher):
        self.grammar, self._matcher = grammar, matcher

    def copy(self) -> "Constraint":
        return Constraint(self.grammar, self._matcher.deep_copy())

    def masked(self, logits: torch.Tensor) -> torch.Tensor:
        """The `logits` of one token with minus infinity for all tokens that may not come next.

        Raises GrammarError if none may, or if it takes too much work to say.
        """
        bits = np.frombuffer(self._matcher.compute_bitmask(), np.uint8)
        allowed = torch.zeros(len(logits), dtype=torch.bool)
        known = torch.from_numpy(np.unpackbits(bits, count=min(8 * len(bits), len(logits)), bitorder="little"))
        allowed[: len(known)] = known.bool()
        if self._matcher.is_error() or not allowed.any():
            raise GrammarError(f"no token can follow ({_one_line(self._matcher.get_error())})")
        return logits.masked_fill(~allowed, -torch.inf)

    def consume(self, token: int) -> bool:
        """Go on by a token that `masked` allowed. Returns whether the form is complete, and nothing can follow."""
        self._matcher.consume_token(token)
        return self._matcher.is_stopped()


class Grammars:
    """Makes constraints for the vocabulary of a tokenizer; an answer ends with its end of text or `end_of_turn`."""

    def __init__(self, tokenizer, end_of_turn: int | None):
        self._tokenizer = tokenizer
        self._end_ids = sorted({tokenizer.eos_token_id, end_of_turn} - {None})

    @cached_property
    def _vocabulary(self) -> llguidance.LLTokenizer:  # it takes a second, and many servers never need it
        return llguidance.hf.from_tokenizer(self._tokenizer, eos_token=self._end_ids or None)

    def start(self, grammar: str) -> Constraint:
        """The constraint of an answer that begins. Raises GrammarError."""
        limits = LLParserLimits(verbose_errors=False)
        matcher = LLMatcher(self._vocabulary, grammar, log_level=0, limits=limits)
        if matcher.is_error():
            raise GrammarError(_one_line(matcher.get_error()))
        return Constraint(grammar, matcher)


def _one_line(text: str) -> str:
    return " ".join(text.split())
