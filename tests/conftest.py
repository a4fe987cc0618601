"""Tests need no network and no key, so both are taken away before anything starts."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent


settings.register_profile("course", deadline=None)  # a busy machine is not a bug
settings.load_profile("course")


def pytest_configure(config):
    closed = ROOT / "tests" / "closed_network"
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(closed), os.environ.get("PYTHONPATH")]))
    for name in [n for n in os.environ if n.startswith(("OPENAI_", "COURSE_PLACE", "COURSE_BASE_MODEL", "LOCAL_API_"))]:
        del os.environ[name]
    os.environ["HF_HUB_OFFLINE"] = "1"
    sys.path[:0] = [str(ROOT), str(closed)]
    sys.modules.pop("sitecustomize", None)
    import sitecustomize  # noqa: F401


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    """The folder of the tiny model."""
    from . import tiny_model

    return tiny_model.make(tmp_path_factory.mktemp("models") / "tiny")
