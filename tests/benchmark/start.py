"""Seconds from entering the README's first line to lesson 1 in JupyterLab: a fresh clone, nothing cached.

It needs a network, git and bash. The browser's own part is not in it.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from helpers.paths import ROOT

LESSON = "notebooks/01_prepare_data.ipynb"
STEPS = ("environment", "uv, by pip", "packages, by uv", "JupyterLab")  # the commands of the line, one after the other
CONFIG = """\
c.ServerApp.allow_root = True
c.ServerApp.open_browser = False
c.ServerApp.port = {port}
c.IdentityProvider.token = "start"
"""


def run(full: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        clone, port = Path(folder) / "clone", free_port()
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        (Path(folder) / "jupyter_server_config.py").write_text(CONFIG.format(port=port))
        [line] = re.findall(rf"^python3 .+ {LESSON}$", (clone / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
        nothing_cached = {"UV_CACHE_DIR": f"{folder}/cache", "PIP_NO_CACHE_DIR": "1", "JUPYTER_CONFIG_DIR": folder}
        began = time.monotonic()
        reader = subprocess.Popen(
            ["bash", "-c", f"set -x; {line}"],  # says each command as it begins
            cwd=clone,
            env=os.environ | nothing_cached,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert reader.stderr  # a pipe
        try:
            times = list(
                islice((time.monotonic() for said in reader.stderr or () if said.startswith("+ ")), len(STEPS))
            )
            while not served(port):
                if reader.poll() is not None:
                    sys.exit(f"The line came to an end (status {reader.returncode}) before lesson 1 was served: {line}")
                time.sleep(0.05)
            times.append(time.monotonic())
        finally:
            if reader.poll() is None:
                os.killpg(reader.pid, signal.SIGTERM)
                reader.wait()
        for step, start, end in zip(STEPS, times, times[1:], strict=False):
            print(f"  {step:30} {end - start:6.1f} s")
        megabytes = sum(file.lstat().st_size for file in (clone / ".venv").rglob("*")) / 1e6
        print(f"  {'lesson 1 is there':30} {times[-1] - began:6.1f} s, and {megabytes:.0f} MB")


def served(port: int) -> bool:
    """Whether JupyterLab gives out its page for the lesson, and the lesson's cells."""
    pages = (f"lab/tree/{LESSON}", f"api/contents/{LESSON}")
    try:
        answers = [
            urlopen(Request(f"http://127.0.0.1:{port}/{page}", headers={"Authorization": "token start"})).read()
            for page in pages
        ]
    except (URLError, ConnectionError):
        return False
    return b"jupyter-config-data" in answers[0] and b"cell_type" in answers[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
