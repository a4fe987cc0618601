"""The simulations behind server/SCALE.md: they agree with arithmetic, and the page shows what they say."""

import shutil

import numpy as np
import pytest

from tools.scale import __main__ as scale
from tools.scale.adapter_caches import misses
from tools.scale.queue_simulation import Job, erlang_wait, later, steady, waits


@pytest.mark.parametrize("fair", [False, True])
@pytest.mark.parametrize("gpus, load", [(1, 0.5), (4, 0.8), (20, 0.9)])
def test_the_mean_wait_is_erlangs(gpus, load, fair):
    rng = np.random.default_rng(7)
    moments = np.cumsum(rng.exponential(1 / (load * gpus), 100_000)).tolist()
    tenants = rng.integers(5, size=100_000).tolist()
    lengths = rng.exponential(1, 100_000).tolist()
    jobs = [Job(*job) for job in zip(tenants, moments, lengths, strict=True)]
    assert np.mean(later(waits(jobs, fair, gpus))) == pytest.approx(erlang_wait(load, gpus), rel=0.1)


def test_erlangs_formula_for_one_gpu_is_that_of_every_textbook():
    assert erlang_wait(0.5, 1) == pytest.approx(1.0) and erlang_wait(0.9, 1) == pytest.approx(9.0)


def test_the_oldest_or_the_tenant_with_fewest_gpus_is_next():
    jobs = [Job(0, 0.0, 2.0), Job(0, 0.1, 1.0), Job(0, 0.2, 1.0), Job(1, 0.3, 1.0)]
    started = lambda fair: [(job.tenant, job.at) for job, _ in waits(jobs, fair, gpus=2)]
    assert started(fair=False) == [(0, 0.0), (0, 0.1), (0, 0.2), (1, 0.3)]
    assert started(fair=True) == [(0, 0.0), (0, 0.1), (1, 0.3), (0, 0.2)]


@pytest.mark.parametrize("fair", [False, True])
def test_every_job_starts_once_and_no_gpu_rests_while_one_waits(fair):
    jobs = steady(2000, 0.95, seed=5, gpus=10)
    found = waits(jobs, fair, gpus=10)
    assert sorted(job.at for job, _ in found) == [job.at for job in jobs]
    begins = np.array([job.at + wait for job, wait in found])
    ends = begins + [job.length for job, _ in found]
    for job, wait in found:
        if wait > 1e-6:
            middle = job.at + wait / 2
            assert ((begins <= middle) & (middle < ends)).sum() == 10


def test_a_replica_that_holds_all_its_adapters_loads_each_once():
    once = 0.001  # some are asked for so seldom that their first time comes late
    assert misses(50, to_its_own=True) < once < misses(45, to_its_own=True) < misses(50, to_its_own=False)


def test_the_page_and_its_figures_are_the_simulations(tmp_path, monkeypatch):
    page = shutil.copy(scale.PAGE, tmp_path)
    monkeypatch.setattr(scale, "PAGE", tmp_path / "SCALE.md")
    monkeypatch.setattr(scale, "FOLDER", tmp_path / "scale")
    scale.main()
    assert (tmp_path / "SCALE.md").read_text() == (scale.ROOT / "server" / "SCALE.md").read_text(), page
    drawn = {path.name for path in (tmp_path / "scale").iterdir()}
    assert drawn == {path.name for path in (scale.ROOT / "server" / "scale").iterdir()}
    assert all(path.stat().st_size < 100_000 for path in (tmp_path / "scale").iterdir())
