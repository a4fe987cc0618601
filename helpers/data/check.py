"""Is a training file good enough? Every finding names line, message, kind, and what to do."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path

from .. import tokens
from . import jsonl
from .damage import cut_off, encoding_damage
from .examples import OPENAI_KEYS, numbered, text
from .findings import KEPT, Finding, Report
from .kinds import flaw

MODEL = "gpt-4.1-mini-2025-04-14"
# Tokens of a training example by Microsoft's table of models that can be tuned (2025-09), and SmolLM2's own context.
LONGEST_EXAMPLE = 65_536  # gpt-4o, gpt-4o-mini, gpt-4.1, gpt-4.1-mini, and what is not known
LONGEST_OF = {"gpt-4.1-nano": 32_768, "gpt-3.5-turbo": 16_385, "SmolLM2": 8_192}  # names that begin so
LARGEST = 512 * 2**20  # bytes, OpenAI's limit for one file
PLAIN = frozenset({"system", "user", "assistant"})

Flaws = list[tuple[int | None, str, str]]  # message, kind and detail


def check(source: str | Path | Iterable[dict], model: str = MODEL) -> Report:
    """Check a JSONL file as a stream, or a list of examples, for training `model`; count its tokens.

    In a list, keys beside OpenAI's are the reader's own (`topic`, `id`); in a file they are findings.
    Raises OSError if the file cannot be opened; whatever stands in it is a finding.
    """
    checker = _Checker(model)
    report = Report()
    found = _in_file(source, checker) if isinstance(source, (str, Path)) else _in_list(source, checker)
    report.add(found).add(checker.other_prompts())
    if not checker.examples:
        report.add([flaw(1, None, "no examples", "there is nothing to learn from")])
    report.examples, report.tokens = checker.examples, checker.tokens
    if 0 < checker.examples < 10:
        report.note = "A training file needs at least 10 examples."
    return report


def _in_file(path: str | Path, checker: "_Checker") -> Iterator[Finding]:
    if (size := jsonl.find_file(path).stat().st_size) > LARGEST:
        yield flaw(1, None, "too large", f"{size / 2**20:,.0f} MB, at most {LARGEST // 2**20} are accepted")
    for line, content in jsonl.lines(path):
        try:
            example = jsonl.parse(content)
        except UnicodeError as error:
            checker.examples += 1
            yield flaw(line, None, "encoding", str(error))
        except ValueError as error:
            checker.examples += 1
            yield flaw(line, None, "not JSON", str(error))
        else:
            yield from checker.example(line, example)
            if isinstance(example, dict) and len(example) > 1:
                for key in sorted(example.keys() - OPENAI_KEYS):
                    yield flaw(line, None, "unknown key", f"the key {key[:60]!r} is none of {', '.join(OPENAI_KEYS)}")


def _in_list(examples: Iterable[dict], checker: "_Checker") -> Iterator[Finding]:
    for line, example in numbered(examples):
        yield from checker.example(line, example)


class _Checker:
    """Looks at one example after the other, and remembers what all must have in common."""

    def __init__(self, model: str):
        base = tokens.base_model(model)
        self.examples = self.tokens = 0
        self._longest = next((n for name, n in LONGEST_OF.items() if base.startswith(name)), LONGEST_EXAMPLE)
        self._count = partial(tokens.count, model=model)
        # Each system prompt, by its beginning and hash, and the lines of its examples: from, to, from, to, …
        self._prompt_lines: dict[tuple[str, int], array] = {}
        self._last_prompt, self._last_lines = None, array("Q")
        # System prompts and answers come again, questions and long texts do not.
        self._look_again = lru_cache(4096)(self._look)

    def example(self, line: int, example) -> Iterator[Finding]:
        """The findings of one example."""
        self.examples += 1
        messages = example.get("messages") if isinstance(example, dict) else None
        if not isinstance(messages, list):
            yield flaw(line, None, "wrong type", 'it is no object with a list "messages"')
            return
        flaws: Flaws = []
        plain, learned, prompt, count = True, False, "", 1
        for n, message in enumerate(messages, 1):
            (role, said), shape = _plain(message), []
            if not (is_plain := bool(role)):
                plain = False
                role, said, shape = _unusual(message)
            look = self._look_again if role != "user" and len(said) < 1_000 else self._look
            used, found = look(role, said)
            if not is_plain:
                found = shape + [other for other in found if other[0] != "empty"]  # what has calls needs no text
            count += used + 4
            if found:
                flaws += ((n, kind, detail) for kind, detail in found)
            if role == "assistant":
                learned = True
            elif role == "system":
                prompt = prompt or said
        self._remember(prompt, line)
        self.tokens += count
        if not learned:
            flaws.append((None, "no answer", "there is no message of the assistant to learn from"))
        if count > self._longest:
            flaws.append((None, "too long", f"{count:,} tokens, at most {self._longest:,} are learned"))
        if not plain or "tools" in example or "parallel_tool_calls" in example:
            flaws += _tool_flaws(example, flaws)
        for message, kind, detail in flaws:
            yield flaw(line, message, kind, detail)

    def _look(self, role: str, said: str) -> tuple[int, Sequence[tuple[str, str]]]:
        """A text's tokens, and kind and detail of what is wrong with it."""
        count = self._count(said)
        if not said.strip():
            return count, (("empty", "there is only white space" if said else "there is no text"),)
        damage = encoding_damage(said)
        flaws = (("encoding", damage),) if damage else ()
        if role == "assistant" and cut_off(said):
            flaws += (("cut off", f"it ends with {said.rstrip()[-40:]!r}"),)
        return count, flaws

    def _remember(self, prompt: str, line: int) -> None:
        if prompt != self._last_prompt:  # it seldom is another one
            key = (prompt[:60], hash(prompt))
            if key not in self._prompt_lines and len(self._prompt_lines) >= KEPT:
                key = ("one of very many", 0)
            self._last_prompt, self._last_lines = prompt, self._prompt_lines.setdefault(key, array("Q"))
        lines = self._last_lines
        if lines and lines[-1] == line - 1:
            lines[-1] = line
        else:
            lines.extend((line, line))

    def other_prompts(self) -> Iterator[Finding]:
        """Examples whose system prompt is not the most frequent one."""
        usual = max(self._prompt_lines, key=lambda prompt: _how_many(self._prompt_lines[prompt]), default=("", 0))
        for prompt, ranges in self._prompt_lines.items():
            if prompt != usual:
                detail = f"it is {prompt[0]!r}" if prompt[0] else "there is none"
                detail += f", usual is {usual[0]!r}" if usual[0] else ", usually there is none"
                for start, end in zip(ranges[::2], ranges[1::2], strict=True):
                    yield from (flaw(line, None, "other system prompt", detail) for line in range(start, end + 1))


def _how_many(ranges: array) -> int:
    return sum(ranges[1::2]) - sum(ranges[::2]) + len(ranges) // 2


def _plain(message) -> tuple[str, str]:
    """Role and text of a message that has these two and nothing else, as nearly all do; else no role."""
    try:
        role, said = message["role"], message["content"]
        return (role, said) if role in PLAIN and type(said) is str and len(message) == 2 else ("", "")
    except (TypeError, KeyError):
        return "", ""


def _unusual(message) -> tuple[str, str, list[tuple[str, str]]]:
    """Role and text of any other message, as far as they are to be looked at, and the flaws of its shape."""
    from . import shapes  # with it comes the package openai, which most files do not need

    if not isinstance(message, dict):
        return "", "", shapes.message_flaws(message)
    role = message.get("role")
    kind = (
        {"system": "system", "developer": "system", "assistant": "assistant"}.get(role, "")
        if isinstance(role, str)
        else ""
    )
    if kind == "assistant" and message.get("weight", 1) == 0:
        kind = ""  # it is not learned
    return kind, text(message), shapes.message_flaws(message)


def _tool_flaws(example: dict, flaws: Flaws) -> Flaws:
    from . import shapes

    found: Flaws = [(None, kind, detail) for kind, detail in shapes.tool_flaws(example)]
    sound = not any(kind in ("wrong type", "unknown role", "tools", "tool call") for _, kind, _ in flaws + found)
    return found + (shapes.exchange_flaws(example) if sound else [])
