"""The reader's score: a file on the reader's machine, and nowhere else."""

import json
import os
from pathlib import Path

from platformdirs import user_data_path

from ..paths import write_atomic

NOTHING = {"tries": 0, "hints": 0, "solved": False}
OFF = "off"  # as COURSE_SCORE: nothing is kept, as in tests and in the solutions


def path() -> Path:
    """Where the score is kept: the file that COURSE_SCORE names, else one in the user's folder for data."""
    own = os.environ.get("COURSE_SCORE")
    return Path(own) if own else user_data_path("fine-tuning-course", appauthor=False) / "exercises.json"


def kept() -> dict[str, dict]:
    """The score by exercise; empty if none is kept. Raises ValueError if the file is not ours."""
    if os.environ.get("COURSE_SCORE") == OFF or not path().exists():
        return {}
    try:
        score = json.loads(path().read_text(encoding="utf-8"))
        return {name: dict(row) for name, row in score.items()}
    except (ValueError, AttributeError, TypeError):
        raise ValueError(f"{path()} does not hold a score. Delete it, and a new one begins.") from None


def note(name: str, tries: int = 0, hints: int = 0, solved: bool = False) -> None:
    """Add to the score of an exercise. A failure to save it is printed: it must not stop a lesson."""
    if os.environ.get("COURSE_SCORE") == OFF:
        return
    try:
        score = kept()
        old = NOTHING | score.get(name, {})
        score[name] = {
            "tries": old["tries"] + tries,
            "hints": old["hints"] + hints,
            "solved": bool(old["solved"] or solved),
        }
        path().parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path(), json.dumps(score, indent=1).encode())
    except (OSError, ValueError) as error:
        print(f"(Your score could not be kept: {error})")
