"""What the programs came to: kept in a file, told as a table in the server's README."""

import json
from pathlib import Path

from helpers.paths import ROOT

from .programs import ALIAS, PROGRAMS, STEPS

RESULTS = Path(__file__).parent / "results.jsonl"
README, BEGIN, END = ROOT / "server" / "README.md", "<!-- clients -->", "<!-- /clients -->"
OK, NOT_OFFERED = "ok", "–"


def load() -> dict[str, dict]:
    """The newest result of each program, by its name."""
    if not RESULTS.exists():
        return {}
    return {result["program"]: result for result in map(json.loads, RESULTS.read_text("utf-8").splitlines())}


def save(results: dict[str, dict]) -> None:
    kept = [results[program.name] for program in PROGRAMS if program.name in results]
    RESULTS.write_text("".join(json.dumps(result, ensure_ascii=False) + "\n" for result in kept), "utf-8")
    write_between(BEGIN, table(kept), END)


def write_between(begin: str, text: str, end: str) -> None:
    """Put a text between two marks of the server's README."""
    before, rest = README.read_text("utf-8").split(begin)
    README.write_text(f"{before}{begin}\n{text}\n{end}{rest.split(end)[1]}", "utf-8")


def table(results: list[dict]) -> str:
    """A row for each program, and below it why a step failed or a program was not run."""
    rows = [f"| program | {' | '.join(STEPS.values())} |", "|---" * (len(STEPS) + 1) + "|"]
    reasons = []
    for result in results:
        named = " ᵃ" if result["model"] == ALIAS else ""
        cells = ["not run"] * len(STEPS)
        if "not_run" in result:
            reasons.append(f"- {result['program']}: {result['not_run']}")
        else:
            said = [result["steps"].get(step) for step in STEPS]
            cells = [NOT_OFFERED if word is None else "ok" if word == OK else "failed" for word in said]
            failed = {STEPS[step]: word for step, word in result["steps"].items() if word != OK}
            reasons += [f"- {result['program']}, {step}: {word}" for step, word in failed.items()]
        shown = " ".join(filter(None, [result["program"], result.get("version")])) + named
        rows.append(f"| {shown} | {' | '.join(cells)} |")
    days = sorted({result["date"] for result in results})
    served = " and ".join(sorted({result["server"] for result in results}))
    when = " and ".join(dict.fromkeys([days[0], days[-1]]))
    legend = (
        f"(Run on {when}; the server with {served}. “{NOT_OFFERED}”: not offered by the program, or only in a form "
        f"that a random model cannot answer. ᵃ: under the alias `{ALIAS}`, since the program knows OpenAI's "
        "names only.)"
    )
    rows += ["", legend]
    return "\n".join([*rows, "", *reasons] if reasons else rows)
