"""Checks a recording made at OpenAI, and packs it with a text that says how to send it in."""

import zipfile
from pathlib import Path

from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from helpers.replay.tape import read_tape

from .provenance import mismatches
from .publish import REPOSITORY
from .record import run_notebook

TEXT = """\
Lessons of the fine-tuning course, recorded at OpenAI with {model}, begun on {day}.

To send it in: open https://github.com/{repository}/issues/new, write "Recorded at OpenAI" as the title, and drag this
archive into the text. That makes it public, under the licence of the course (MIT).

recordings/ has a file for each lesson, a line of JSON for each request and its answer. Keys, organization, project and
users were taken out of them; the account's other files, jobs and models were never in. Both were checked, and each
lesson was replayed from its file. Read through them if you like: they are plain text.

At OpenAI it leaves the course's files, jobs and tuned models. This lists them; helpers.cleanup deletes them:

    COURSE_PLACE=openai python -c "import helpers, openai; from helpers import cleanup; helpers.use(); \\
        print(cleanup.created(openai.OpenAI()))"

For those who receive it: CONTRIBUTING.md says how it gets into the course.
"""


def check(folder: Path, lessons: list[str], secrets: tuple[str, ...]) -> list[str]:
    """One sentence for each way in which the tapes in a folder are not fit to be sent. Replays each lesson."""
    problems = [problem for lesson in lessons for problem in mismatches(lesson, folder, secrets)]
    for lesson in lessons if not problems else []:
        try:
            run_notebook(lesson, {"COURSE_PLACE": "replay", "COURSE_TAPES": str(folder)})
        except CellExecutionError as error:
            problems.append(f"{lesson}: its tape does not replay. A cell failed with {error.ename}: {error.evalue}")
        except (CellTimeoutError, DeadKernelError) as error:
            problems.append(f"{lesson}: its replay did not end ({type(error).__name__}). Run the same command again.")
    return problems


def pack(folder: Path, where: Path) -> Path:
    """The archive of a folder of tapes, with the text."""
    tapes = sorted(folder.glob("*.jsonl"))
    about = read_tape(tapes[0]).provenance
    text = TEXT.format(model=about["base_model"], day=about["recorded"][:10], repository=REPOSITORY)
    out = where / f"recorded-at-openai-{about['recorded'][:10]}.zip"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("SEND_IN.txt", text)
        for tape in tapes:
            archive.write(tape, f"recordings/{tape.name}")
    return out
