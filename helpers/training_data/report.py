"""What the checks found, as a table and as a summary that reads well in a notebook."""

from array import array
from collections.abc import Iterable, Iterator
from html import escape
from typing import NamedTuple

import pandas as pd

from .. import text_tables
from ..plural import plural
from .all_findings import AllFindings
from .example import with_line_numbers

MAX_KEPT_PER_KIND = 1_000  # findings kept in full; of further ones only the line, so that memory stays small
MAX_LINES_SHOWN = 5  # of one kind, in the summary
COLUMNS = ("line", "message", "kind", "detail", "what to do")

ADVICE = {
    "not JSON": "Write one JSON object a line.",
    "misread": "Correct this line of the file, and read it again.",
    "wrong type": "Give it the type that OpenAI's chat format states.",
    "unknown key": "Remove the key, or give it the name that OpenAI knows.",
    "unknown role": "Use system, developer, user, assistant or tool.",
    "name": "Use at most 64 letters, digits, _ and -, or leave the name out.",
    "no answer": "Add what the assistant should say, or leave the example out.",
    "no question": "Add what the user asked, or leave the example out: a model learns to answer, not to talk.",
    "wrong order": "Read it with the oldest message first.",
    "answer first": "Give the message the weight 0, as `clean` does: it is read, but not learned.",
    "no reply": "Take the message off, as `clean` does: only what is answered can be learned.",
    "empty": "Fill the message, or leave the example out.",
    "other system prompt": "Use one system prompt in training, and the same one afterwards.",
    "many system prompts": "Keep them if what differs matters, such as a date; else use one prompt for all.",
    "cut off": "Complete the answer: the model learns where to stop.",
    "too long": "Shorten or divide the example: what is beyond the limit is not learned.",
    "weight": "Write 0 or 1 at messages of the assistant only, and 1 at one of them at least.",
    "tools": "Describe each tool as in a chat request: type, function, name, parameters.",
    "tool call": "Give each call id, type, a function that is offered and JSON arguments, and answer it by role tool.",
    "encoding": "Export again as UTF-8, or correct the letters.",
    "control token": "Take it out: OpenAI refuses it, and other trainers take it for the end of a message.",
    "too large": "Divide the file, or choose fewer examples.",
    "no examples": "Put one example a line into the file.",
    "personal data": "Mask it, as `clean` does: a model may repeat to strangers what it was trained on.",
    "secret": "Mask it, as `clean` does, and change it: a model may repeat to strangers what it was trained on.",
    "duplicate": "Keep one of them, and keep duplicates out of the test.",
    "near-duplicate": "Keep one of them, and keep near-duplicates out of the test.",
    "two answers": "Find out which is right, and correct or drop the other.",
    "HTML": "Keep the text only, as `clean` does: the model would learn to write markup.",
    "quoted mail": "Take off the mail below the answer, as `clean` does: the model would learn to write it.",
    "placeholder": "Fill it in, or leave the example out, unless your program fills it in later.",
    "automatic receipt": "Leave the example out, or take the answer that a person gave later.",
    "internal note": "Leave notes for colleagues out: customers would read them.",
    "attachment": "Write into the answer what the file says: the model has no file to send.",
    "echo": "The answer is the question again: name the column of the answers.",
    "other language": "Answer in the customer's language, or leave the example out.",
    "many languages": "Train on one language, or ignore this if customers write in all and each has enough examples.",
    "one answer": "Look whether the column of the answers is the right one: there is nothing to learn here.",
    "uneven topic": "Collect more of a small topic, or it is hardly learned; take fewer of a large one.",
    "other tone": "Address all customers alike.",
    "other length": "Write answers of one kind: the model learns their length too.",
}  # by kind of finding


class Finding(NamedTuple):
    """One thing that a check found."""

    line: int  # of the file, or the position in the list, counted from 1
    message: int | None  # in the example, counted from 1; None: the whole example
    kind: str
    detail: str
    advice: str


def finding(line: int, message: int | None, kind: str, detail: str) -> Finding:
    """A finding of a kind that ADVICE knows."""
    return Finding(line, message, kind, detail, ADVICE[kind])


class Report:
    """Findings in `examples` examples of `tokens` tokens, as one epoch bills them (0: not counted)."""

    def __init__(self, findings: Iterable[Finding] = (), examples: int = 0, tokens: int = 0, note: str = ""):
        self.examples, self.tokens, self.note = examples, tokens, note
        self._kept: dict[str, list[Finding]] = {}
        self._lines: dict[str, array] = {}
        self._all = AllFindings()
        self.add(findings)

    def add(self, findings: Iterable[Finding]) -> "Report":
        """Add findings; returns the report itself."""
        for finding in findings:
            kept = self._kept.setdefault(finding.kind, [])
            if len(kept) < MAX_KEPT_PER_KIND:
                kept.append(finding)
            self._lines.setdefault(finding.kind, array("Q")).append(finding.line)
            self._all.append(finding)
        return self

    def findings(self) -> Iterator[Finding]:
        """Every finding, by line."""
        return (Finding(*row) for row in self._all)

    def __len__(self) -> int:
        """The number of findings."""
        return sum(map(len, self._lines.values()))

    @property
    def counts(self) -> dict[str, int]:
        """The number of findings of each kind, the most frequent first."""
        return dict(sorted(((kind, len(lines)) for kind, lines in self._lines.items()), key=lambda pair: -pair[1]))

    def lines(self, *kinds: str) -> set[int]:
        """The lines with a finding of these kinds; of any kind if none is named."""
        return {line for kind in kinds or self._lines for line in self._lines.get(kind, ())}

    @property
    def table(self) -> pd.DataFrame:
        """A row for each finding, by line; of a kind with more than 1,000, the first 1,000."""
        found = sorted(
            (f for kept in self._kept.values() for f in kept), key=lambda f: (f.line, f.message or 0, f.kind)
        )
        table = pd.DataFrame(found, columns=list(COLUMNS))
        return table.astype({"line": "int64", "message": "Int64"})

    def without_findings(self, examples: Iterable[dict], ignored: Iterable[str] = ()) -> Iterator[dict]:
        """The examples without a finding; those of the kinds in `ignored` do not count.

        `examples` is what was checked: the list, or `stream_examples(path)` of the file.
        """
        bad = {line for kind in self._lines.keys() - set(ignored) for line in self._lines[kind]}
        return (example for line, example in with_line_numbers(examples) if line not in bad)

    def summary(self) -> pd.DataFrame:
        """A row for each kind: the number of findings, the first lines, what to do."""
        rows = []
        for kind, count in self.counts.items():
            lines = list(dict.fromkeys(sorted(f.line for f in self._kept[kind])))
            shown = ", ".join(map(str, lines[:MAX_LINES_SHOWN])) + (", …" if len(lines) > MAX_LINES_SHOWN else "")
            rows.append((kind, count, shown, self._kept[kind][0].advice))
        return pd.DataFrame(rows, columns=["kind", "findings", "lines", "what to do"])

    def _headline(self) -> str:
        tokens = f", {plural(self.tokens, 'token')} an epoch" if self.tokens else ""
        found = f"{plural(len(self), 'finding')} in {len(self.lines()):,} of them" if len(self) else "nothing found"
        return f"{plural(self.examples, 'example')}{tokens}: {found}." + (f" {self.note}" if self.note else "")

    def __repr__(self) -> str:
        kinds = self.summary().itertuples(index=False)
        rows = [f"  {count:>7,}  {kind}, line {lines}\n           {advice}" for kind, count, lines, advice in kinds]
        return "\n".join([self._headline(), *rows])

    def _repr_html_(self) -> str:
        table = text_tables.as_html(self.summary()) if len(self) else ""
        return f"<p>{escape(self._headline())}</p>{table}"
