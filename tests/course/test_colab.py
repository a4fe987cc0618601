"""Every notebook works from its first cell on a fresh Colab machine: an empty folder, `google.colab`, a clone, pip."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, packages_distributions, requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from helpers.packages import named_in
from helpers.paths import ROOT
from tools.lessons import LESSONS
from tools.publish import BRANCH, REPOSITORY, SETUP

from .test_course import code_cells

# What a kernel does: magics as on Colab, in the folder where it was started. Nothing of this checkout is on its path.
KERNEL = """
import google.colab, json, os, sys
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell()
for cell in sys.argv[1:]:
    shell.run_cell(cell).raise_error()
print(json.dumps({"folder": os.getcwd(), "helpers": shell.user_ns["helpers"].__file__}))
"""
PIP = """
import json, os, sys

with open(os.environ["ASKED_OF_PIP"], "a") as file:
    file.write(json.dumps(sys.argv[1:]) + "\\n")
"""
pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="Colab has git")


@pytest.fixture(scope="module")
def colab(tmp_path_factory):
    """The environment of a Colab machine where GitHub is this checkout, and pip only notes what it is asked."""
    folder = tmp_path_factory.mktemp("colab")
    for name, content in {"google/colab/__init__.py": "", "pip/__init__.py": "", "pip/__main__.py": PIP}.items():
        (folder / "packages" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "packages" / name).write_text(content)
    (folder / "gitconfig").write_text(
        f"[user]\nname = course\nemail = course@example.com\n"
        f'[url "{(folder / "published").as_uri()}"]\ninsteadOf = https://github.com/{REPOSITORY}.git\n'
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {
        "GIT_CONFIG_GLOBAL": str(folder / "gitconfig"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "IPYTHONDIR": str(folder / "ipython"),
        "PYTHONPATH": os.pathsep.join([str(folder / "packages"), os.environ["PYTHONPATH"]]),
    }
    git = ["git", "--git-dir", str(folder / "published")]
    here = ["--work-tree", str(ROOT)]
    for command in (["init", "-q", "--bare", "-b", BRANCH], [*here, "add", "-A"], [*here, "commit", "-qm", "now"]):
        subprocess.run([*git, *command], cwd=ROOT, env=environment, check=True)
    return environment


def first_cells(name, content):
    """The set-up cell, with another folder for Colab's /content, and the line that chooses the backend."""
    cells = code_cells(name)
    [setup] = ["".join(c["source"]) for c in cells if "setup" in c["metadata"].get("tags", [])]
    chooses = next(line for c in cells for line in "".join(c["source"]).splitlines() if "helpers.use(" in line)
    return setup.replace("/content", str(content)), f"import helpers\n{chooses}"


def start_kernel(colab, content, *cells):
    """A new kernel on the machine, running these cells."""
    environment = colab | {"ASKED_OF_PIP": str(content.parent / "asked")}
    return subprocess.Popen(
        [sys.executable, "-c", KERNEL, *cells],
        cwd=content,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def outcome(kernel, content):
    """What a kernel printed, its state at the end, and what pip was asked on this machine so far."""
    *said, state = kernel.communicate(timeout=600)[0].splitlines()
    assert kernel.returncode == 0, "\n".join([*said, state])
    return said, json.loads(state), [json.loads(line) for line in (content.parent / "asked").read_text().splitlines()]


@pytest.fixture(scope="module")
def machines(colab, tmp_path_factory):
    """A fresh machine for each lesson, all at once: lesson → its kernel and its /content."""
    started = {}
    for lesson in LESSONS:
        content = tmp_path_factory.mktemp(lesson.name) / "content"
        content.mkdir()
        started[lesson.name] = start_kernel(colab, content, *first_cells(lesson.name, content)), content
    yield started
    for kernel, _ in started.values():
        kernel.kill()


@pytest.mark.parametrize("name", [lesson.name for lesson in LESSONS])
def test_the_first_cell_is_all_that_a_fresh_machine_needs(machines, name):
    kernel, content = machines[name]
    said, state, asked = outcome(kernel, content)
    assert state == {"folder": str(content / "course"), "helpers": str(content / "course" / "helpers" / "__init__.py")}
    assert any(line.startswith("replay: answers recorded on") for line in said), said
    [[verb, quiet, *packages]] = asked
    assert (verb, quiet) == ("install", "-q") and set(packages) <= {r.name for r in named_in("requirements.txt")}


def test_a_kernel_that_starts_again_finds_the_course_and_fetches_nothing(machines, colab):
    name = LESSONS[0].name
    content = machines[name][1]
    machines[name][0].wait(60)
    setup, chooses = first_cells(name, content)
    _, state, asked = outcome(start_kernel(colab, content, setup, chooses, setup), content)
    assert state["folder"] == str(content / "course") and len(asked) == 1


def test_lessons_import_only_what_colab_has_or_the_first_cell_installs():
    [line] = [line for line in SETUP.splitlines() if "%pip install" in line]
    here = {name for r in named_in(".ci/colab.txt") for name in with_dependencies(r.name)}
    here |= {name for asked in ["ipython", *line.split("-q")[1].split()] for name in with_dependencies(asked)}
    owners = packages_distributions()
    for module, importer in imported_by_lessons().items():
        package = module.split(".")[0]
        found = {canonicalize_name(owner) for owner in owners.get(package, [])}
        if package == "azure":  # only readers who deploy at Microsoft need it, and an error tells them
            continue
        assert package in sys.stdlib_module_names or found & here, f"{importer} imports {package}: put it into SETUP"


def with_dependencies(name, seen=None):
    """A package and all that it brings along here."""
    seen = set() if seen is None else seen
    if canonicalize_name(name) not in seen:
        seen.add(canonicalize_name(name))
        try:
            needed = [Requirement(r) for r in requires(name) or []]
        except PackageNotFoundError:  # for another system
            needed = []
        for r in needed:
            if not r.marker or r.marker.evaluate({"extra": ""}):
                with_dependencies(r.name, seen)
    return seen


def imported_by_lessons():
    """Modules that the lessons and the helpers they use import, but for helpers: module → who imports it."""
    found, waiting = {}, []
    for lesson in LESSONS:
        cells = [c for c in code_cells(lesson.name) if "setup" not in c["metadata"].get("tags", [])]
        code = "\n".join("".join(c["source"]) for c in cells)
        waiting += [(module, lesson.name) for module in imports(code, "")]
    while waiting:
        module, importer = waiting.pop()
        if module in found or module.startswith("google.colab"):
            continue
        found[module] = importer
        path = ROOT.joinpath(*module.split("."))
        path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        if module.startswith("helpers") and path.exists():
            package = module if path.name == "__init__.py" else module.rpartition(".")[0]
            waiting += [(found_in, module) for found_in in imports(path.read_text(encoding="utf-8"), package)]
    return {module: importer for module, importer in found.items() if not module.startswith("helpers")}


def imports(code, package):
    """Modules imported anywhere in the code of a module of this package; a name from a package may be a module."""
    for_the_shell = r"^(\s*)[!%](?:.*\\\n)*.*$"  # or for IPython; a line may go on after a backslash
    code = re.sub(for_the_shell, r"\1pass", code, flags=re.MULTILINE)
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*parents, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{name.name}" for name in node.names)
