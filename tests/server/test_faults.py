"""The proofs of tests/faults.py, quickly: one server as a process of its own, with the tiny model."""

import sys

import pytest

from .. import faults
from ..local_server import Server

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can limit the files of a running process")


@pytest.fixture(scope="module")
def server(tmp_path_factory, model):
    server = Server(tmp_path_factory.mktemp("faults") / "store", model)
    server.start()
    yield server
    server.kill()


def test_half_an_upload_stores_nothing(server):
    faults.truncated_upload(server)


def test_a_full_disk_loses_nothing(server):
    faults.disk_full(server)


def test_a_crowd_is_served(server):
    faults.crowd(server, clients=8)


def test_a_killed_job_goes_on(server):
    faults.kill(server, n_epochs=16)
