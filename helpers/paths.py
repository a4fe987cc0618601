"""Where things lie."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data" / "t1000"
TAPES = ROOT / "data" / "recordings"
NOTEBOOKS = ROOT / "notebooks"
CACHE = Path(os.environ.get("COURSE_CACHE") or Path.home() / ".cache" / "fine-tuning-course")
