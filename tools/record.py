"""The recorder: run the lessons against the local server, tape what was said, save the replayed outputs.

python -m tools.record                     all lessons
python -m tools.record 05_compare          one lesson again, on the same server state
python -m tools.record --check             is every tape readable, and are the data still the same?

`tools/record_openai.py` records at OpenAI, with a key and a budget.

Whether a notebook asks what is on its tape is proven by pytest, which replays every lesson (nbval): a request that is
not on the tape is an error there.
"""

import argparse
import os
import sys
import time
from datetime import UTC, datetime

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from helpers.backends.backend import BackendError, Connection
from helpers.paths import NOTEBOOKS, ROOT, TAPES, write_atomic
from helpers.replay.server import everything, serve_in_thread
from helpers.replay.tape import write_tape

from .lessons import LESSONS
from .live_server import live_backend
from .provenance import check, describe
from .proxy import Recorder
from .publish import publish

CELL_SECONDS = 4 * 3600  # a cell may wait for a training


def record(lesson: str, connection: Connection) -> None:
    """Run one lesson live and write its tape. Raises CellExecutionError if a cell fails; the tape stays then."""
    recorder = Recorder(connection)
    began = datetime.now(UTC)
    run_through(recorder, lesson)
    write_tape(TAPES / f"{lesson}.jsonl", describe(lesson, connection, began), recorder.exchanges)


def run_through(recorder: Recorder, lesson: str) -> None:
    """Run one lesson with all its requests through a recorder, as if they cost nothing: the recorder holds the budget.

    So a lesson asks what it asks in a replay. Raises CellExecutionError if a cell fails.
    """
    address = serve_in_thread(everything(recorder.answer))
    base_model = recorder.connection.backend.base_model
    run_notebook(lesson, {"COURSE_PLACE": address, "COURSE_BASE_MODEL": base_model, "COURSE_PAID": "0"})


def save_replayed(lesson: str) -> None:
    """Run one lesson against its tape and save the notebook with its outputs.

    Raises CellExecutionError if a cell fails; the notebook stays then.
    """
    notebook = run_notebook(lesson, {"COURSE_PLACE": "replay"})
    write_atomic(NOTEBOOKS / f"{lesson}.ipynb", (nbformat.writes(notebook) + "\n").encode())


def run_notebook(lesson: str, environment: dict[str, str]) -> nbformat.NotebookNode:
    """Execute all cells in a fresh kernel; raises CellExecutionError where one fails."""
    notebook = nbformat.read(NOTEBOOKS / f"{lesson}.ipynb", 4)
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(NOTEBOOKS)}},
    )
    client.execute(env=os.environ | environment)
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return notebook


def record_all(lessons: list[str], fresh: bool) -> None:
    """Record these lessons one after the other, then save what each replays.

    Leaves the program with a sentence where a cell fails, or the backend cannot be used.
    """
    TAPES.mkdir(parents=True, exist_ok=True)
    taped, name = [], ""
    try:
        with live_backend(fresh) as connection:
            for name in lessons:
                started = time.monotonic()
                record(name, connection)
                taped.append(name)
                print(f"{name}: recorded in {time.monotonic() - started:.0f} s", flush=True)
        for name in lessons:
            save_replayed(name)
            print(f"{name}: replayed and saved", flush=True)
    except BackendError as error:
        sys.exit(str(error))
    except CellExecutionError as error:
        if len(taped) < len(lessons):
            sys.exit(f"{name}: a cell failed while it was recorded. Its tape was left as it was.\n{error}")
        sys.exit(
            f"{name}: a cell failed while it was replayed. Its new tape is written; the notebook was left as it was.\n"
            f"{error}"
        )


def main() -> None:
    arguments = parser().parse_args()
    if arguments.check:
        if problems := check():
            sys.exit("\n".join(problems))
        print("All tapes are readable, and fit the data.")
        return
    known = [lesson.name for lesson in LESSONS]
    if unknown := set(arguments.lessons) - set(known):
        sys.exit(f"No such lesson: {', '.join(sorted(unknown))}. There are: {', '.join(known)}.")
    os.chdir(ROOT)
    record_all(arguments.lessons or known, fresh=not arguments.lessons)
    publish()  # the README says when each tape was recorded


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.record", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "lessons",
        nargs="*",
        metavar="LESSON",
        help="record only these, on the last server state; a training found there is not made again",
    )
    parser.add_argument("--check", action="store_true", help="record nothing; say what no longer fits")
    return parser


if __name__ == "__main__":
    main()
