"""Record lessons 2 to 6 at OpenAI, with your key, as long as accounts may still train there (until 2027-01-05).

    python -m tools.record_openai

It shows what that costs at most, and runs nothing before you typed a budget, nor above it. Killed or interrupted, it
goes on where it stopped, and pays nothing twice. In the end it checks what it recorded, and writes an archive that says
where to send it. COURSE_BASE_MODEL names another model to tune.
"""

import argparse
import math
import os
import sys
from pathlib import Path

from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from helpers import costs
from helpers.backends import openai_account
from helpers.backends.backend import BackendError, Connection
from helpers.paths import CACHE
from helpers.replay.tape import write_tape

from . import journal
from .hand_in import check, pack
from .journal import Journal
from .lessons import LESSONS
from .openai_recorder import GO_ON, LostAnswer, OpenAIRecorder, Stop
from .own_things import OwnThings
from .provenance import describe
from .record import run_through
from .recording_cost import estimate
from .redaction import without_keys
from .spending import Budget, NotEstimated

RECORDED = [lesson.name for lesson in LESSONS if 2 <= lesson.number <= 6]
STATE = CACHE / "openai-recording"
ACCOUNT_HEADERS = {"OPENAI_ORG_ID": "OpenAI-Organization", "OPENAI_PROJECT_ID": "OpenAI-Project"}


def agree(model: str, folder: Path) -> Budget:
    """Show what the recording costs at most, and ask for the budget. Leaves the program if it is too small, or none."""
    parts = estimate(RECORDED, model)
    total = math.ceil(100 * sum(part.usd for part in parts)) / 100  # whole cents, so that what is shown is enough
    print(f"\nAt most, with {model} and the prices of data/prices.csv:")
    print(*(f"  {part}" for part in parts), f"  together: {total:.2f} USD", sep="\n")
    budget = Budget(0, folder / "spent.json")
    if budget.spent:
        print(f"Of these, about {budget.spent:.2f} USD are spent already by what was recorded before.")
    try:
        typed = input("What may the whole recording cost, in USD? (Enter alone: nothing is run) ")
    except EOFError:
        typed = ""
    budget.usd = _usd(typed)
    if budget.usd < total:
        sys.exit(
            f"Your budget of {budget.usd:.2f} USD is below the {total:.2f} USD that this may cost. Nothing was run."
        )
    return budget


def _usd(typed: str) -> float:
    try:
        usd = float(typed.upper().replace("USD", "").replace("$", "").replace(",", ".") or 0)
    except ValueError:
        usd = math.nan
    if not math.isfinite(usd) or usd <= 0:
        sys.exit("No budget, so nothing was run. A budget is a number, for instance 5.")
    return usd


def record_lessons(connection: Connection, budget: Budget, folder: Path) -> None:
    """Record the lessons that are not recorded yet into folder/recordings. Raises Stop."""
    own = OwnThings(connection.backend.base_model)
    (folder / "recordings").mkdir(parents=True, exist_ok=True)
    for lesson in RECORDED:
        for exchange in journal.read(folder / f"{lesson}.journal.jsonl")[1]:
            own.learn(exchange)
    for lesson in RECORDED:
        if (folder / "recordings" / f"{lesson}.jsonl").exists():
            print(f"{lesson}: was recorded before", flush=True)
            continue
        print(f"{lesson}: runs", flush=True)
        try:
            record_lesson(lesson, connection, budget, folder, own)
        except LostAnswer as lost:
            print(f"{lesson}: {lost} It runs again, and finds what was made.", flush=True)
            record_lesson(lesson, connection, budget, folder, own)
        print(f"{lesson}: recorded; about {budget.spent:.2f} USD spent at most", flush=True)


def record_lesson(lesson: str, connection: Connection, budget: Budget, folder: Path, own: OwnThings) -> None:
    """Run a lesson, from where its journal ends, and write its tape. Raises Stop, and no tape is written then."""
    headers = {header: os.environ[name] for name, header in ACCOUNT_HEADERS.items() if os.environ.get(name)}
    kept = Journal(folder / f"{lesson}.journal.jsonl")
    recorder = OpenAIRecorder(connection, headers, budget, kept, own)
    failed = _failure(recorder, lesson)
    if isinstance(recorder.stopped, LostAnswer):
        kept.forget()
    if recorder.stopped:
        raise recorder.stopped
    if failed:
        raise Stop(
            f"{lesson}: {without_keys(failed, recorder.secrets)}\n{GO_ON} If that fails again, delete {folder}: then "
            "all begins anew, and is paid again."
        )
    write_tape(folder / "recordings" / f"{lesson}.jsonl", describe(lesson, connection, kept.began), recorder.exchanges)


def _failure(recorder: OpenAIRecorder, lesson: str) -> str | None:
    """Run a lesson; what failed, in a sentence, or None."""
    try:
        run_through(recorder, lesson)
    except CellExecutionError as error:
        return f"a cell failed with {error.ename}: {error.evalue}"
    except (CellTimeoutError, DeadKernelError) as error:
        return f"a cell did not end ({type(error).__name__})."


def main() -> None:
    """Leaves the program with a sentence if it cannot go on."""
    argparse.ArgumentParser(
        prog="python -m tools.record_openai", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    try:
        connection = openai_account.connect(os.environ.get("COURSE_BASE_MODEL"))
        print(connection.says)
        folder = STATE / connection.backend.base_model
        record_lessons(connection, agree(connection.backend.base_model, folder), folder)
    except (BackendError, costs.NoPrice, NotEstimated, Stop) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(f"\nInterrupted. {GO_ON}")
    print("All lessons are recorded; now each is replayed from its tape.", flush=True)
    if problems := check(folder / "recordings", RECORDED, (connection.key,)):
        sys.exit("\n".join([*problems, f"No archive was made. The recordings are in {folder}."]))
    print(f"Done. Send in {pack(folder / 'recordings', Path.cwd())}; the text in it says how.")


if __name__ == "__main__":
    main()
