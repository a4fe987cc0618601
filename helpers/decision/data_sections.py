"""The sections of the report on the data: what was read, left out, found and divided."""

from collections import Counter
from collections.abc import Mapping

import pandas as pd

from ..training_data import leaks
from ..training_data import personal_data as rules
from ..training_data.cleaning import MASKED
from ..training_data.example import messages
from . import left_out
from .blocks import Block, Section
from .study import Data, file_facts


def the_file(data: Data) -> Section:
    """Which file it was, and how it was understood."""
    facts = pd.DataFrame({"file": file_facts(data.source["path"])})
    said = {name: _said(value) for name, value in data.source.items() if name != "path" and value}
    blocks: list[Block] = [facts]
    if said:
        blocks += ["It was read with these words:", pd.DataFrame({"value": said})]
    blocks += [f"Note: {note}" for note in data.notes] or ["No warning was given while it was read."]
    roles = Counter(str(message.get("role")) for example in data.examples for message in messages(example))
    spoken = ", ".join(f"{count:,} of {role}" for role, count in roles.most_common())
    blocks.append(f"{len(data.examples):,} conversations were read, with these messages: {spoken or 'none'}.")
    if data.examples:
        blocks.append(f"The first one, masked and shortened: {left_out.shortened(data.examples[0])}")
    return Section("The file, and how it was understood", blocks)


def what_was_left_out(data: Data) -> Section:
    """What was thrown away, by reason."""
    why = left_out.reasons(data.examples, data.cleaned, data.findings, data.ignored)
    kept, read = len(data.cleaned), len(data.examples)
    share = f" ({len(why) / read:.0%})" if read else ""
    blocks: list[Block] = [f"Of {read:,} conversations {kept:,} are kept and {len(why):,}{share} left out."]
    if why:
        blocks.append(left_out.table(data.examples, why))
        blocks.append(
            "One conversation may have several reasons. Lines are those of the file; all are in findings.csv."
        )
    if data.ignored:
        blocks.append(f"Ignored, because the reader said so: {', '.join(data.ignored)}.")
    return Section("What was left out, and why", blocks)


def all_findings(data: Data) -> Section:
    """What the checks found, and what is left after cleaning."""
    summary = data.findings.summary()
    blocks: list[Block] = []
    if len(data.findings):
        summary.insert(2, "after cleaning", [data.left.counts.get(kind, 0) for kind in summary.kind])
        blocks.append(summary)
    return Section("What the checks found", blocks or ["The checks found nothing."])


def personal_data(data: Data) -> Section:
    """What was found by rules, and what nobody looked for."""
    found, left = _personal(data.findings), _personal(data.left)
    blocks: list[Block] = []
    if found or left:
        rows = {kind: {"found": found[kind], "after masking": left[kind]} for kind in found | left}
        blocks.append(pd.DataFrame.from_dict(rows, orient="index"))
    else:
        blocks.append("The rules found no personal data and no secret.")
    blocks.append("Not looked for:")
    blocks.append(pd.DataFrame({"what these rules cannot find": list(rules.NOT_LOOKED_FOR)}))
    blocks.append(
        "Read a sample of the written files before they leave the house: rules miss what is not on their list."
    )
    return Section("Personal data", blocks)


def the_split(data: Data) -> Section:
    """The parts, and what they share."""
    table = pd.DataFrame(
        {
            "conversations": {name: len(part) for name, part in data.parts.items()},
            "topics": {name: len({example.get("topic") for example in part}) for name, part in data.parts.items()},
        }
    )
    shared = len(leaks(data.parts))
    says = f"{shared:,} questions stand in two parts, counting near-duplicates as the same question."
    return Section("The split", [table, says])


def _personal(report) -> Counter:
    """Pieces of personal data and secrets in a report, by what they are."""
    return Counter(found.detail.partition(":")[0] for found in report.findings() if found.kind in MASKED)


def _said(value) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} is {role}" for name, role in value.items())
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
