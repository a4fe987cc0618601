"""The report as files: report.html and report.md for people, findings.csv for whoever corrects the source."""

import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from ..paths import write_atomic
from ..training_data import write_findings
from . import data_sections
from .blocks import Section
from .page_html import html
from .page_markdown import markdown
from .study import Outcome, Study

PACKAGES = ("pandas", "scikit-learn", "tiktoken")  # whose versions may change a number


def write_report(folder: str | Path, study: Study, outcome: Outcome | None = None, masked: bool = True) -> list[Path]:
    """Write report.html, report.md and findings.csv into a folder; returns their paths.

    `outcome` is what came out of the training, None before it. The reports show the reader's texts masked, always;
    findings.csv only if `masked`. Raises OSError.
    """
    from . import decision_sections  # it draws, for which much is imported that only a report needs

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    data = study.data
    title = f"Train on {Path(data.source['path']).name}?"
    used = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    when = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    subtitle = f"Report of {when}. Python {platform.python_version()}, {used}. Texts of the file are masked by rules."
    sections: list[Section] = [
        decision_sections.verdicts(study, outcome),
        data_sections.the_file(data),
        data_sections.what_was_left_out(data),
        data_sections.all_findings(data),
        data_sections.personal_data(data),
        data_sections.the_split(data),
        decision_sections.may_train(study),
        decision_sections.money(study),
        decision_sections.opponents(study, outcome),
        decision_sections.learning_curve(study),
    ]
    paths = [folder / name for name in ("report.html", "report.md", "findings.csv")]
    for path, written in zip(paths, (html, markdown), strict=False):
        write_atomic(path, written(title, subtitle, sections).encode("utf-8", errors="replace"))
    write_findings(paths[2], data.findings, masked)
    return paths
