"""What openai-python's own tests came to: kept in a file, told as a table in the server's README."""

import json
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

from ..clients.results import write_between
from .cannot_pass import REASONS

FILES = (
    "test_files",
    "fine_tuning/test_jobs",
    "fine_tuning/jobs/test_checkpoints",
    "fine_tuning/checkpoints/test_permissions",
    "fine_tuning/alpha/test_graders",
    "test_models",
    "test_uploads",
    "uploads/test_parts",
    "test_batches",
)
RESULTS = Path(__file__).with_name("results.json")
BEGIN, END = "<!-- own tests -->", "<!-- /own tests -->"


def read(report: Path, version: str) -> dict:
    """The outcome of each test in a report of pytest: "passed", "skipped" or what failed."""
    tests = {}
    for case in ElementTree.parse(report).iter("testcase"):
        file = case.attrib["classname"].removeprefix("tests.api_resources.").rsplit(".", 1)[0].replace(".", "/")
        kind = case.attrib["classname"].rsplit(".", 1)[1].removeprefix("Test")
        outcome = next((child for child in case if child.tag in ("failure", "error", "skipped")), None)
        said = "passed" if outcome is None else outcome.attrib["message"]
        said = "skipped" if outcome is not None and outcome.tag == "skipped" else " ".join(said.split())[:200]
        tests[f"{file}::{kind}::{case.attrib['name']}"] = said
    return {"version": version, "date": f"{datetime.now(UTC):%Y-%m-%d}", "tests": tests}


def load() -> dict:
    return json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {"version": None, "tests": {}}


def joined(older: dict, newer: dict) -> dict:
    """The newer results, and the older ones of tests that were not run again, if they are of the same version."""
    kept = older["tests"] if older["version"] == newer["version"] else {}
    return newer | {"tests": kept | newer["tests"]}


def excused(test: str) -> str | None:
    """Why a test cannot pass, if it cannot."""
    file, _, name = test.split("::")
    return REASONS.get(f"{file}::{name.split('[')[0]}")


def unexpected(found: dict) -> dict[str, str]:
    """The tests that failed without a reason, and those that passed in spite of one."""
    tests = found["tests"].items()
    return {test: said for test, said in tests if said != "skipped" and (said == "passed") == bool(excused(test))}


def save(found: dict) -> None:
    RESULTS.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    write_between(BEGIN, table(found), END)


def table(found: dict) -> str:
    """A row for each file of tests, and below it the tests that did not pass."""
    rows = ["| tests | pass | of |", "|---|---|---|"]
    for file in FILES:
        said = [said for test, said in found["tests"].items() if test.startswith(f"{file}::") and said != "skipped"]
        rows.append(f"| `{file}.py` | {said.count('passed')} | {len(said)} |")
    rows += ["", f"(openai {found['version']}, run on {found['date']}.)", ""]
    failed = {test: said for test, said in found["tests"].items() if said not in ("passed", "skipped")}
    reasons: dict[str, list[str]] = {}
    for test, said in failed.items():
        name = f"`{test.split('::')[2].split('[')[0]}`"
        names = reasons.setdefault(excused(test) or said, [])
        names += [name] if name not in names else []
    return "\n".join([*rows, *(f"- {', '.join(names)}: {reason}" for reason, names in reasons.items())]).strip()
