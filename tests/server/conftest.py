"""The store's two databases, and a Ray cluster."""

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
