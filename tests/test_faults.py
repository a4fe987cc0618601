"""The proofs of tests/faults.py, quickly: one server as a process of its own, with the tiny model."""

import sys

import pytest

pytest.importorskip("torch", reason="training needs requirements-local.txt")
pytest.importorskip("peft", reason="training needs requirements-local.txt")

from . import faults  # noqa: E402
from .local_server import Server  # noqa: E402

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its disk is full")


@pytest.fixture(scope="module")
def server(tmp_path_factory, model):
    server = Server(tmp_path_factory.mktemp("faults") / "store", model)
    server.start()
    yield server
    server.kill()


@pytest.mark.parametrize("proof", [faults.truncated_upload, faults.disk_full, faults.crowd, faults.kill], ids=lambda f: f.__name__)
def test_nothing_is_lost(server, proof):
    proof(server)
