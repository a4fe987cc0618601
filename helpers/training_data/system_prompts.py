"""The system prompts of a set: odd ones are named line by line, many different ones once."""

from array import array
from collections.abc import Iterator

from .report import MAX_KEPT_PER_KIND, Finding, finding

FEW, FEW_SHARE = 3, 0.05  # so many examples, or such a share, with other prompts than the usual one are odd
_OTHERS = ("one of very many", 0)


class SystemPrompts:
    """Remembers which lines have which prompt, as ranges of lines, so that memory stays small."""

    def __init__(self):
        # Each prompt, by its beginning and hash, with the ranges of its lines: first, last, first, last, …
        self._lines_of: dict[tuple[str, int], array] = {}
        self._last_prompt, self._last_lines = None, array("Q")

    def add(self, prompt: str, line: int) -> None:
        """Remember the prompt of a line; "" is none."""
        if prompt != self._last_prompt:  # most examples have the prompt of the one before
            key = (prompt[:60], hash(prompt))
            if key not in self._lines_of and len(self._lines_of) >= MAX_KEPT_PER_KIND:
                key = _OTHERS
            self._last_prompt, self._last_lines = prompt, self._lines_of.setdefault(key, array("Q"))
        lines = self._last_lines
        if lines and lines[-1] == line - 1:
            lines[-1] = line
        else:
            lines.extend((line, line))

    def findings(self) -> Iterator[Finding]:
        """A finding for each example with another prompt than the usual one; a single one if no prompt is usual.

        A prompt is usual if nearly all examples have it. Where more have another one, as in a desk of two languages,
        with several personas or a date in the prompt, that is how the set is meant.
        """
        if len(self._lines_of) < 2:
            return
        counts = {prompt: _how_many(ranges) for prompt, ranges in self._lines_of.items()}
        usual = max((prompt for prompt in counts if prompt != _OTHERS), key=lambda prompt: counts[prompt])
        total = sum(counts.values())
        others = total - counts[usual]
        if others < counts[usual] and others <= max(FEW, FEW_SHARE * total):
            yield from self._others(usual)
            return
        different = f"more than {len(counts) - 1:,}" if _OTHERS in counts else f"{len(counts):,}"
        detail = f"{different} different ones; {counts[usual]:,} of {total:,} examples have {_named(usual)}"
        first = sorted(lines[0] for lines in self._lines_of.values())[1]  # where the second one begins
        yield finding(first, None, "many system prompts", detail)

    def _others(self, usual: tuple[str, int]) -> Iterator[Finding]:
        for prompt, ranges in self._lines_of.items():
            if prompt != usual:
                detail = f"it is {prompt[0]!r}" if prompt[0] else "there is none"
                detail += f", usual is {usual[0]!r}" if usual[0] else ", usually there is none"
                for start, end in zip(ranges[::2], ranges[1::2], strict=True):
                    yield from (finding(line, None, "other system prompt", detail) for line in range(start, end + 1))


def _named(prompt: tuple[str, int]) -> str:
    return f"the most frequent one, {prompt[0]!r}" if prompt[0] else "none"


def _how_many(ranges: array) -> int:
    return sum(ranges[1::2]) - sum(ranges[::2]) + len(ranges) // 2
