"""Train the course's model for a few steps: python -m tests.train_a_few_steps [PYTHON …]

A program written for OpenAI alone does it, against the local API, once with each Python named,
so that several versions of the package `openai` can be tried.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from helpers.paths import DATA, ROOT
from helpers.replay.places import local_server


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, local_server(Path(folder) / "store") as (address, about):
        few = Path(folder) / "few.jsonl"
        few.write_bytes(b"".join((DATA / "en" / "train.jsonl").read_bytes().splitlines(keepends=True)[:12]))
        environment = os.environ | {"OPENAI_BASE_URL": f"{address}/v1", "OPENAI_API_KEY": "local"}
        for python in sys.argv[1:] or [sys.executable]:
            began = time.monotonic()
            command = [python, str(ROOT / "tests" / "only_openai.py"), about["base_model"], str(few)]
            subprocess.run(command, check=True, env=environment)
            print(f"{about['base_model']} trained and asked in {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
