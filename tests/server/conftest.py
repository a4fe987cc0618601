"""The store's two databases, a Ray cluster, and one precision on every machine."""

import pytest

from .. import needs
from .. import postgres as package


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL that runs."""
    with package.running() as running:
        yield running


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def database(request):
    """What a store is opened with besides its folder: the address of an empty database, or None for SQLite."""
    return request.getfixturevalue("postgres").new_database() if request.param == "PostgreSQL" else None


@pytest.fixture(scope="module")
def nodes():
    """A Ray cluster of two nodes of one CPU, on this machine."""
    needs.ray()
    from ..ray_cluster import RayCluster

    cluster = RayCluster(2)
    yield cluster
    cluster.stop()


@pytest.fixture(scope="module")
def in_float32():
    """Trainings are in float32: what the hardware would choose is not asked."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("finetune_server.training.trainer.faster_in_half", lambda device: False)
        yield
