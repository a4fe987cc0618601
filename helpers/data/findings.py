"""What the checks found, as a table and as a summary that reads well in a notebook."""

from array import array
from collections.abc import Iterable, Iterator
from html import escape
from typing import NamedTuple

import pandas as pd

from .examples import numbered

KEPT = 1_000  # findings of one kind that are kept in full; of the others the lines, so that memory stays flat
SHOWN = 5  # lines that the summary names of one kind


class Finding(NamedTuple):
    line: int  # in the file, or the place in the list, counted from 1
    message: int | None  # in the example, counted from 1; None: the whole example
    kind: str
    detail: str
    todo: str


class Report:
    """Findings in `examples` examples, which are billed `tokens` tokens an epoch (0: not counted)."""

    def __init__(self, findings: Iterable[Finding] = (), examples: int = 0, tokens: int = 0, note: str = ""):
        self.examples, self.tokens, self.note = examples, tokens, note
        self._kept: dict[str, list[Finding]] = {}
        self._lines: dict[str, array] = {}
        self.add(findings)

    def add(self, findings: Iterable[Finding]) -> "Report":
        for finding in findings:
            kept = self._kept.setdefault(finding.kind, [])
            if len(kept) < KEPT:
                kept.append(finding)
            self._lines.setdefault(finding.kind, array("Q")).append(finding.line)
        return self

    def __len__(self) -> int:
        """How many findings."""
        return sum(map(len, self._lines.values()))

    @property
    def counts(self) -> dict[str, int]:
        """How many findings of each kind, the most frequent first."""
        return dict(sorted(((kind, len(lines)) for kind, lines in self._lines.items()), key=lambda pair: -pair[1]))

    def lines(self, *kinds: str) -> set[int]:
        """The lines with a finding of these kinds, of any kind if none is named."""
        return {line for kind in kinds or self._lines for line in self._lines.get(kind, ())}

    @property
    def table(self) -> pd.DataFrame:
        """A row for each finding (of a kind with more than 1,000, the first 1,000), by line."""
        found = sorted(
            (f for kept in self._kept.values() for f in kept), key=lambda f: (f.line, f.message or 0, f.kind)
        )
        table = pd.DataFrame(found, columns=["line", "message", "kind", "detail", "what to do"])
        return table.astype({"line": "int64", "message": "Int64"})

    def good(self, examples: Iterable[dict], keep: Iterable[str] = ()) -> Iterator[dict]:
        """The examples without a finding; findings of the kinds in `keep` are put up with.

        `examples` is what was checked: the list, or `jsonl.stream(path)`.
        """
        bad = {line for kind in self._lines.keys() - set(keep) for line in self._lines[kind]}
        return (example for line, example in numbered(examples) if line not in bad)

    def summary(self) -> pd.DataFrame:
        """A row for each kind: how many, its first lines, what to do."""
        rows = []
        for kind, count in self.counts.items():
            lines = list(dict.fromkeys(sorted(f.line for f in self._kept[kind])))
            named = ", ".join(map(str, lines[:SHOWN])) + (", …" if len(lines) > SHOWN else "")
            rows.append((kind, count, named, self._kept[kind][0].todo))
        return pd.DataFrame(rows, columns=["kind", "findings", "lines", "what to do"])

    def _headline(self) -> str:
        tokens = f", {self.tokens:,} tokens an epoch" if self.tokens else ""
        found = f"{len(self):,} findings in {len(self.lines()):,} of them" if len(self) else "nothing found"
        return f"{self.examples:,} examples{tokens}: {found}." + (f" {self.note}" if self.note else "")

    def __repr__(self) -> str:
        kinds = self.summary().itertuples(index=False)
        rows = [f"  {count:>7,}  {kind}, line {lines}\n           {todo}" for kind, count, lines, todo in kinds]
        return "\n".join([self._headline(), *rows])

    def _repr_html_(self) -> str:
        table = self.summary().to_html(index=False, border=0) if len(self) else ""
        return f"<p>{escape(self._headline())}</p>{table}"
