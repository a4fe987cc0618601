"""Lessons need nothing that only training needs, and a test that trains says so if it cannot."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

import pytest

from helpers.paths import ROOT

from .. import needs
from ..without_training import PACKAGES

EVERY_HELPER = """
import pkgutil, sys, helpers
for module in pkgutil.walk_packages(helpers.__path__, "helpers."):
    __import__(module.name)
print(*sys.modules)
"""


def python(*arguments):
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True)


@pytest.mark.skipif(not find_spec("torch"), reason="torch is not installed: the whole run shows it")
def test_tests_that_train_are_skipped_with_the_reason_and_no_others(tmp_path):
    report = tmp_path / "report.xml"
    plugins = ["-p", "tests.without_training", "-p", "no:cacheprovider"]
    ran = python("-m", "pytest", "tests", "-o", "addopts=", *plugins, f"--ignore={__file__}", f"--junitxml={report}")
    assert ran.returncode == 0, ran.stdout
    skipped = {
        case.get("classname") or case.get("name", "")
        for case in ElementTree.parse(report).iter("testcase")
        for skip in case.iter("skipped")
        if "training needs requirements-local.txt" in f"{skip.get('message')} {skip.text}"
    }
    assert skipped >= {"tests.server.test_trainer", "tests.server.test_chat", "tests.helpers.test_cleanup"}
    for name in skipped:
        source = Path(ROOT, *name.split(".")).with_suffix(".py").read_text(encoding="utf-8")
        trains = ("finetune_server", "local_server", "(api, ")  # `api` is the fixture of a local server
        assert name.startswith("tests.server.") or any(word in source for word in trains), name


@pytest.mark.parametrize("package", ["torch", "transformers", "peft", "llguidance"])
def test_one_missing_package_is_enough_to_skip(monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(pytest.skip.Exception, match=r"training needs requirements-local\.txt"):
        needs.training()


def test_no_helper_of_the_lessons_imports_what_only_training_needs():
    ran = python("-c", EVERY_HELPER)
    assert ran.returncode == 0, ran.stderr
    assert not PACKAGES & set(ran.stdout.split())
