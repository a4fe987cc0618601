"""The findings as a file for whoever corrects the source: all of them, and masked unless asked otherwise."""

import csv
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from .cleaning import MASKED
from .personal_data import mask
from .report import COLUMNS, Finding, Report

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula (OWASP, CSV injection)


def write_findings(path: str | Path, report: Report, masked: bool = True) -> None:
    """Write every finding as CSV for a spreadsheet, by line.

    With `masked`, it says what kind of personal data or secret was found, not the text itself. A detail that a
    spreadsheet would take for a formula gets an apostrophe in front. Raises OSError.
    """
    rows = mask_findings(report.findings()) if masked else report.findings()
    with open(path, "w", encoding="utf-8-sig", errors="backslashreplace", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for found in rows:
            writer.writerow(
                found._replace(detail=f"'{found.detail}" if found.detail.startswith(FORMULA) else found.detail)
            )


def mask_findings(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings without the texts of personal data and secrets, also where another finding quotes them."""
    findings, hits = list(findings), {}
    for found in findings:
        if found.kind in MASKED:
            what, _, text = found.detail.partition(": ")
            hits.setdefault(found.line, {})[text] = f"[{what}]"
    for found in findings:
        yield found._replace(detail=_masked_detail(found, hits))


def _masked_detail(found: Finding, hits: dict[int, dict[str, str]]) -> str:
    if found.kind in MASKED:
        what = found.detail.partition(": ")[0]
        return f"{what}: [{what}]"
    detail = found.detail
    for line in (found.line, *map(int, re.findall(r"\bline (\d{1,9})\b", detail))):  # it may quote another line
        for text, instead in hits.get(line, {}).items():
            detail = detail.replace(text, instead) if text else detail
    return _mask(detail)


_mask = lru_cache(4096)(mask)  # system prompts and answers come again
