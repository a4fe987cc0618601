"""An environment of its own for each program, made from nothing in a scratch folder."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path

from .programs import Program

SCRIPTS = Path(__file__).parent / "scripts"
LENT = ("torch",)  # never installed anew, since it takes gigabytes; the programs that want it get the tests' own
INSTALL_SECONDS, RUN_SECONDS = 1800, 1800


class NotRun(Exception):
    """Why a program was not run, in a sentence."""


def install(program: Program, folder: Path) -> tuple[list[str], str]:
    """The command that runs the program's script, and the program's version. Raises NotRun."""
    for script in SCRIPTS.glob("*"):
        shutil.copy(script, folder)  # Node.js looks for packages beside the script
    node = program.script.endswith(".mjs")
    command = [tool("node") if node else sys.executable, str(folder / program.script)]
    if not program.packages:
        name = program.script.removeprefix("with_").removesuffix(".py")
        return command, output([tool(name), "--version"], folder).split()[1]
    if node:
        output([tool("npm"), "install", "--no-audit", "--no-fund", *program.packages], folder, INSTALL_SECONDS)
        package = folder / "node_modules" / program.packages[0] / "package.json"
        return command, json.loads(package.read_text("utf-8"))["version"]
    python = python_with(program.packages, folder)
    if program.lent:
        [packages] = (folder / "venv").rglob("site-packages")
        (packages / "lent.pth").write_text(sysconfig.get_path("purelib"))  # comes after the program's own packages
    name = re.split(r"[\[<>=]", program.packages[0])[0]
    ask = f"from importlib.metadata import version; print(version({name!r}))"
    return [str(python), *command[1:]], output([str(python), "-c", ask], folder).strip()


def python_with(packages: Sequence[str], folder: Path) -> Path:
    """The Python of a new virtual environment with these packages of PyPI. Raises NotRun."""
    python = folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    output([tool("uv"), "venv", "-q", "--python", sys.executable, str(folder / "venv")], folder)
    overrides = folder / "overrides.txt"
    overrides.write_text("".join(f"{name}; sys_platform == 'none'\n" for name in LENT))
    words = ["pip", "install", "-q", "--python", str(python), "--overrides", str(overrides), *packages]
    output([tool("uv"), *words], folder, INSTALL_SECONDS)
    return python


def tool(name: str) -> str:
    """The path of a command, beside this Python or on the path."""
    found = shutil.which(name, path=os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")]))
    if not found:
        raise NotRun(f"the command {name} is not on this machine")
    return found


def output(command: list[str], folder: Path, seconds: int = RUN_SECONDS, env: Mapping[str, str] | None = None) -> str:
    """What the command prints. Raises NotRun if it fails or takes too long."""
    try:
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise NotRun(f"{Path(command[0]).name} was not done after {seconds} s") from None
    if done.returncode:
        raise NotRun(f"{Path(command[0]).name} failed: {' '.join((done.stderr or done.stdout).split())[-300:]}")
    return done.stdout
