"""Tests need no network and no key, so both are taken away before anything starts."""

import os
import ssl
import sys
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import settings

from . import needs, tiny_model

ROOT = Path(__file__).resolve().parent.parent


settings.register_profile("course", deadline=None, max_examples=30)  # a busy machine is not a bug, and time is short
settings.load_profile("course")


def pytest_configure(config):
    closed = ROOT / "tests" / "closed_network"
    paths = [str(closed), str(ROOT / "server"), os.environ.get("PYTHONPATH")]  # also for a server that a test starts
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    theirs = ("OPENAI_", "AZURE_", "COURSE_PLACE", "COURSE_BASE_MODEL", "COURSE_PAID", "COURSE_TAPES", "LOCAL_API_")
    for name in [n for n in os.environ if n.startswith(theirs)]:
        del os.environ[name]
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["COURSE_SCORE"] = "off"  # a test is not the reader
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # the tiny model is slower on several
    sys.path[:0] = [str(ROOT), str(closed)]
    sys.modules.pop("sitecustomize", None)
    import_module("sitecustomize")


@pytest.fixture(scope="session", autouse=True)
def certificates_once():
    """Each client reads all certificates, which takes longer than ten requests to this machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ssl.create_default_context", cache(ssl.create_default_context))
        yield


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    """The folder of the tiny model."""
    needs.training()
    return tiny_model.make(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """The folder of the server that `api` asks."""
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def api(store, model):
    """A client of a server with the tiny model, one for each file of tests."""
    from .local_server import start

    return start(store, model)


@pytest.fixture(scope="session")
def tool_model(tmp_path_factory):
    """The folder of the tiny model with a chat template that shows tools."""
    needs.training()
    return tiny_model.make(tmp_path_factory.mktemp("tools") / "tiny", tiny_model.TOOL_TEMPLATE)


@pytest.fixture(scope="module")
def with_tools(tmp_path_factory, tool_model):
    """A client of a server with that model."""
    from .local_server import start

    return start(tmp_path_factory.mktemp("store"), tool_model)


@pytest.fixture
def says(monkeypatch, tool_model):
    """Makes every model answer a given text."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tool_model)

    def say(text):
        ids = [*tokenizer(text)["input_ids"], tokenizer.eos_token_id]
        drawn = "finetune_server.inference.sequence.Sequence.sample"
        monkeypatch.setattr(drawn, lambda sequence, logits: ids[len(sequence._produced)])

    return say


@pytest.fixture
def a_day(monkeypatch):
    """Prices and their end are those of this day."""
    from datetime import date

    today = type("Day", (date,), {"today": classmethod(lambda cls: date(2026, 11, 22))})
    monkeypatch.setattr("helpers.prices.date", today)
