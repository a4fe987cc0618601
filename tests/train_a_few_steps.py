"""Train the server's model for a few steps: python -m tests.train_a_few_steps [PYTHON …]

A program written for OpenAI alone does it, against the command finetune-server of this Python, once with each Python
named, so that several versions of the package `openai` can be tried. Nothing of the course is imported: this file also
runs by its path, from another folder, with a Python that has only the server.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parent / "data" / "t1000" / "en" / "train.jsonl"
START_SECONDS = 600  # the first start fetches the model


def main() -> None:
    command = shutil.which("finetune-server", path=os.path.dirname(sys.executable))
    if not command:
        sys.exit(f"{sys.executable} has no command finetune-server beside it: install the server first.")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        few = Path(folder) / "few.jsonl"
        few.write_bytes(b"".join(EXAMPLES.read_bytes().splitlines(keepends=True)[:12]))
        server = subprocess.Popen([command, "--port", str(port), "--store", f"{folder}/store"], cwd=folder)
        try:
            model = base_model(server, port)
            environment = os.environ | {"OPENAI_BASE_URL": f"http://127.0.0.1:{port}/v1", "OPENAI_API_KEY": "local"}
            for python in sys.argv[1:] or [sys.executable]:
                began = time.monotonic()
                program = [os.path.abspath(python), str(HERE / "only_openai.py"), model, str(few)]
                subprocess.run(program, check=True, env=environment, cwd=folder)
                print(f"{model} trained and answered in {time.monotonic() - began:.0f} s", flush=True)
        finally:
            server.terminate()
            server.wait(30)


def base_model(server: subprocess.Popen, port: int) -> str:
    """The model that the server names once it is ready. Leaves the program if it ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as reply:
                return json.load(reply)["base_model"]
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.5)
    sys.exit("The server did not start; the reason is above.")


if __name__ == "__main__":
    main()
