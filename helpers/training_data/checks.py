"""Check a training file or a list of examples, and count its tokens.

A file may have millions of lines, so it is read as a stream and memory stays small: ranges of lines instead of lines,
and one look for texts that come again. `python -m tests.benchmark_data` measures it.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path

from .. import tokens
from . import checked_message, jsonl
from .cut_off import cut_off
from .example import OPENAI_KEYS, with_line_numbers
from .report import Finding, Report, finding
from .system_prompts import SystemPrompts
from .text_damage import control_tokens, encoding_damage
from .turns import turn_findings

MODEL = "gpt-4.1-mini-2025-04-14"
# Tokens of one example: Microsoft's table of models that can be tuned (2025-09), and SmolLM2's own context.
MAX_EXAMPLE_TOKENS = 65_536  # of gpt-4o, gpt-4o-mini, gpt-4.1, gpt-4.1-mini, and unknown models
MAX_EXAMPLE_TOKENS_OF = {
    "gpt-4.1-nano": 32_768,
    "gpt-3.5-turbo": 16_385,
    "SmolLM2": 8_192,
}  # models whose names begin so
MAX_FILE_BYTES = 512 * 2**20  # OpenAI's limit
MAX_REMEMBERED_LETTERS = 1_000  # longer texts seldom come again


def check(source: str | Path | Iterable[dict], model: str = MODEL) -> Report:
    """Check a JSONL file as a stream, or a list of examples, for training `model`; count its tokens.

    In a list, keys beside OpenAI's are the reader's own (`topic`, `id`); in a file they are findings.
    Raises OSError if the file cannot be opened; any content is accepted, and what is wrong with it is a finding.
    """
    checker = _Checker(model)
    report = Report()
    found = _in_file(source, checker) if isinstance(source, (str, Path)) else _in_list(source, checker)
    report.add(found).add(checker.prompts.findings())
    if not checker.examples:
        report.add([finding(1, None, "no examples", "there is nothing to learn from")])
    report.examples, report.tokens = checker.examples, checker.tokens
    few = ["A training file needs at least 10 examples."] if 0 < checker.examples < 10 else []
    report.note = " ".join([*few, *checker.count_notes()])
    return report


def _in_file(path: str | Path, checker: "_Checker") -> Iterator[Finding]:
    if (size := jsonl.existing_file(path).stat().st_size) > MAX_FILE_BYTES:
        yield finding(1, None, "too large", f"{size / 2**20:,.0f} MB, at most {MAX_FILE_BYTES // 2**20} are accepted")
    for line, content in jsonl.lines(path):
        try:
            example = jsonl.parse_line(content)
        except UnicodeError as error:
            checker.examples += 1
            yield finding(line, None, "encoding", str(error))
        except ValueError as error:
            checker.examples += 1
            yield finding(line, None, "not JSON", str(error))
        else:
            yield from checker.example(line, example)
            if isinstance(example, dict) and len(example) > 1:
                for key in sorted(example.keys() - OPENAI_KEYS):
                    detail = f"the key {key[:60]!r} is not one of {', '.join(OPENAI_KEYS)}"
                    yield finding(line, None, "unknown key", detail)


def _in_list(examples: Iterable[dict], checker: "_Checker") -> Iterator[Finding]:
    for line, example in with_line_numbers(examples):
        yield from checker.example(line, example)


class _Checker:
    """Checks one example after the other, and remembers what all must have in common."""

    def __init__(self, model: str):
        base = tokens.plain_name(model)
        self._model = model
        self._without_text: dict[str, int] = {}  # by kind of content
        self.examples = self.tokens = 0
        self._longest = next(
            (n for name, n in MAX_EXAMPLE_TOKENS_OF.items() if base.startswith(name)), MAX_EXAMPLE_TOKENS
        )
        self._count = partial(tokens.count, model=model)
        self.prompts = SystemPrompts()
        # System prompts and answers come again, questions and long texts seldom do.
        self._remembered_look = lru_cache(4096)(self._look)

    def example(self, line: int, example) -> Iterator[Finding]:
        """The findings of one example."""
        self.examples += 1
        messages = example.get("messages") if isinstance(example, dict) else None
        if not isinstance(messages, list):
            yield finding(line, None, "wrong type", 'it is not an object with a list "messages"')
            return
        all_found: checked_message.Found = [(None, "misread", example["misread"])] if "misread" in example else []
        plain, learned, prompt = True, False, ""
        count = tokens.format_tokens(messages, self._model) + self._count_all(tokens.beside_messages(example))
        for n, message in enumerate(messages, 1):
            (role, content), structure = checked_message.role_and_text(message), []
            if not (is_plain := bool(role)):
                plain = False
                role, content, structure = checked_message.unusual(message)
            look = self._remembered_look if role != "user" and len(content) < MAX_REMEMBERED_LETTERS else self._look
            used, found = look(role, content)
            if not is_plain:
                found = structure + [
                    other for other in found if other[0] != "empty"
                ]  # a message with calls needs no text
            count += used if is_plain or not isinstance(message, dict) else self._count_all(tokens.in_message(message))
            if found:
                all_found += ((n, kind, detail) for kind, detail in found)
            if role == "assistant":
                learned = True
            elif role == "system":
                prompt = prompt or content
        self.prompts.add(prompt, line)
        self.tokens += count
        if not learned:
            all_found.append((None, "no answer", "there is no message of the assistant to learn from"))
        all_found += turn_findings(messages)
        if count > self._longest:
            all_found.append((None, "too long", f"{count:,} tokens, at most {self._longest:,} are learned"))
        if not plain or not example.keys().isdisjoint(checked_message.TOOL_KEYS):
            all_found += checked_message.tool_findings(example, all_found)
        for message, kind, detail in all_found:
            yield finding(line, message, kind, detail)

    def _count_all(self, counted: tokens.Counted) -> int:
        for kind in counted.left_out:
            self._without_text[kind] = self._without_text.get(kind, 0) + 1
        return tokens.count_texts(counted, self._model)

    def count_notes(self) -> Iterator[str]:
        """What the number of tokens assumes, and what it leaves out."""
        if assumed := tokens.assumption(self._model):
            yield f"Of the tokens: {assumed}."
        if self._without_text:
            kinds = ", ".join(f"{n:,} × {kind}" for kind, n in sorted(self._without_text.items())[:5])
            yield f"The tokens leave out what has no text: {kinds}."

    def _look(self, role: str, content: str) -> tuple[int, Sequence[tuple[str, str]]]:
        """The number of a text's tokens, and kind and detail of what is wrong with it."""
        count = self._count(content)
        if not content.strip():
            return count, (("empty", "there is only white space" if content else "there is no text"),)
        damage = encoding_damage(content)
        found = (("encoding", damage),) if damage else ()
        if control := control_tokens(content):
            found += (("control token", f"it has the text of {', '.join(control)[:200]}"),)
        if role == "assistant" and cut_off(content):
            found += (("cut off", f"it ends with {content.rstrip()[-40:]!r}"),)
        return count, found
