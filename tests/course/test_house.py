"""The house: no name twice, the server on its own, and facts that both sides of the wall know are the same."""

import subprocess
from collections import Counter
from pathlib import Path

import pytest

from finetune_server.training.hyperparameters import auto_hyperparameters
from helpers import progress, tokens
from helpers.paths import ROOT

from .. import needs

SAME_NAME = {"__init__.py", "__main__.py", "conftest.py"}  # Python and pytest give these names


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this copy of the course is not a git clone")
def test_no_file_name_occurs_twice():
    tracked = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    times = Counter(Path(line).name for line in tracked.splitlines())
    assert times["test_house.py"] == 1  # the tree was looked through, tests included
    assert not {name for name, n in times.items() if n > 1} - SAME_NAME


def test_no_module_of_the_front_row_is_longer_than_200_lines():
    lines = {path.name: path.read_text(encoding="utf-8").count("\n") for path in (ROOT / "helpers").glob("*.py")}
    assert not {name: n for name, n in lines.items() if n > 200}


def test_the_server_knows_nothing_of_the_course():
    for path in (ROOT / "server").rglob("*.py"):
        assert "helpers" not in path.read_text(encoding="utf-8"), path


def test_both_sides_mean_the_same_by_a_job_that_has_ended():
    needs.training()
    from finetune_server.training.job import FINAL

    assert set(FINAL) == set(progress.FINAL)


@pytest.mark.parametrize("examples", [1, 10, 33, 34, 100, 1_902, 8_333, 8_334, 25_000, 30_000])
def test_both_sides_know_the_same_rule_for_epochs(examples):
    assert auto_hyperparameters(examples)["n_epochs"] == tokens.epochs_when_auto(examples)
