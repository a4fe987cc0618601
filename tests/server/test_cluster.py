"""Jobs on a real Ray cluster of two nodes of one CPU, on this machine."""

import multiprocessing
import os
import shutil
import signal
import subprocess

import pytest

from .. import needs

needs.training()
needs.ray()

from finetune_server.cluster import driver
from finetune_server.cluster.cluster import Cluster, ClusterUnreachable
from finetune_server.cluster.orders_and_news import Resources

from ..local_server import Server, events, finished, lines, messages, start, steps_told, supervised, until, upload
from ..ray_cluster import RayCluster
from .curves import loss_curve

PATIENCE = 900  # seconds; Ray starts a process for each job, and that loads torch
SMALLEST_STORE = 80_000_000  # bytes; Ray allows no smaller one
SHORT, LONG = supervised(n_epochs=2, batch_size=4), supervised(n_epochs=50, batch_size=1)


@pytest.fixture(scope="module")
def on_cluster(tmp_path_factory, model, nodes):
    """A client of a server whose jobs train on the cluster."""
    cluster = Cluster(nodes.address, Resources(cpus=1, gpus=0), model)
    return start(tmp_path_factory.mktemp("store"), model, cluster=cluster)


def train(api, method, model="tiny"):
    return api.fine_tuning.jobs.create(model=model, training_file=upload(api, lines(12)), seed=7, method=method)


def running(api, job, steps=0):
    """The job as soon as it has made more than so many steps."""
    return until(api, job, lambda job: steps_told(api, job) > steps, PATIENCE)


def test_two_jobs_train_at_once_as_they_do_here_and_a_third_waits(api, on_cluster):
    jobs = [train(on_cluster, LONG) for _ in range(2)]
    for job in jobs:
        running(on_cluster, job)
    third, fourth = (train(on_cluster, SHORT) for _ in range(2))
    until(on_cluster, fourth, lambda job: job.status == "queued")
    on_cluster.fine_tuning.jobs.cancel(fourth.id)
    until(on_cluster, third, lambda job: job.status == "queued")
    assert [on_cluster.fine_tuning.jobs.retrieve(job.id).status for job in jobs] == ["running"] * 2
    for job in jobs:
        on_cluster.fine_tuning.jobs.cancel(job.id)
    third, here = finished(on_cluster, third, PATIENCE), finished(api, train(api, SHORT))
    assert third.status == "succeeded" and loss_curve(on_cluster, third).equals(loss_curve(api, here))
    assert messages(on_cluster, fourth)[-1] == "The job was cancelled."
    asked = [{"role": "user", "content": "question 3"}]
    assert on_cluster.chat.completions.create(model=third.fine_tuned_model, messages=asked, max_tokens=2).choices


def spawned():
    """The processes of multiprocessing on this machine, and whether a job's actor of Ray's started each."""
    listed = subprocess.run(["ps", "-eww", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True)
    rows = [line.split(None, 2) for line in listed.stdout.splitlines()]
    actors = {pid for pid, _, program in rows if program.startswith("ray::NodeActor")}
    return {int(pid): parent in actors for pid, parent, program in rows if "spawn_main" in program}


def test_a_model_is_spread_over_two_processes_of_a_node(tmp_path, api, model, nodes):
    spread = start(tmp_path, model, cluster=Cluster(nodes.address, Resources(cpus=1, gpus=0), model), shards=2)
    job = running(spread, train(spread, LONG), 12)
    first = [pid for pid, by_actor in spawned().items() if by_actor]
    assert len(first) == 2
    os.kill(first[1], signal.SIGKILL)
    until(spread, job, lambda job: any(event.level == "warn" for event in events(spread, job)), PATIENCE)
    running(spread, job, steps_told(spread, job))
    then = [pid for pid, by_actor in spawned().items() if by_actor]
    assert len(then) == 2 and not {*first} & {*then}
    spread.fine_tuning.jobs.cancel(job.id)
    job, here = finished(spread, train(spread, SHORT), PATIENCE), finished(api, train(api, SHORT))
    ours, theirs = (loss_curve(*one).select_dtypes("number") for one in ((spread, job), (api, here)))
    assert job.status == "succeeded" and ((ours - theirs).abs() < 1e-3).all(axis=None)
    until(spread, job, lambda job: not {*first, *then} & {*spawned()})


def test_a_killed_node_loses_nothing(on_cluster, nodes):
    jobs = [train(on_cluster, LONG) for _ in range(2)]
    for job in jobs:
        running(on_cluster, job, 12)  # an epoch has ended, and its state is saved
    nodes.kill(nodes.nodes.pop())
    jobs = [finished(on_cluster, job, PATIENCE) for job in jobs]
    assert [job.status for job in jobs] == ["succeeded"] * 2
    curves = [loss_curve(on_cluster, job) for job in jobs]
    assert len(curves[0]) == 600 and curves[0].equals(curves[1])
    warnings = [event.message for job in jobs for event in events(on_cluster, job) if event.level == "warn"]
    assert warnings[0] == "The node 127.0.0.1 was lost while the job ran. It goes on on another one."
    # Until Ray has noticed that a node is dead, it may send the job there once more.
    assert all(warning.startswith("The job found no node") for warning in warnings[1:])
    nodes.nodes.append(nodes.add_node())


def test_a_job_that_no_node_has_room_for_fails_at_once(tmp_path, model, nodes):
    api = start(tmp_path, model, cluster=Cluster(nodes.address, Resources(cpus=4, gpus=1), model))
    job = finished(api, train(api, SHORT))
    assert (job.status, job.error.code) == ("failed", "cluster_error")
    assert "4 CPUs and 1 GPUs that each job asks for: the most that one has are 1 CPUs" in job.error.message


def test_a_cluster_that_cannot_be_reached_is_named(model):
    with pytest.raises(ClusterUnreachable, match="The Ray cluster 'nowhere' cannot be reached"):
        Cluster("nowhere", Resources(1, 0), model)


def test_an_object_store_without_room_is_named(tmp_path, model, monkeypatch):
    monkeypatch.setenv("RAY_local_fs_capacity_threshold", "0")  # as if the disk were full: nothing is moved there
    small = RayCluster(1, object_store_memory=SMALLEST_STORE)
    large = tmp_path / "large"
    shutil.copytree(model, large)
    (large / "more").write_bytes(bytes(2 * SMALLEST_STORE))
    with pytest.raises(ClusterUnreachable, match="no room for the model"):
        Cluster(small.address, Resources(1, 0), large)
    api = start(tmp_path / "store", model, cluster=Cluster(small.address, Resources(1, 0), model))
    long = [{"role": "user", "content": "n" * 2 * SMALLEST_STORE}, {"role": "assistant", "content": "no"}]
    content = lines(12) + lines(1, messages=long)
    job = api.fine_tuning.jobs.create(model="tiny", training_file=upload(api, content))
    job = finished(api, job, PATIENCE)
    assert (job.status, job.error.code) == ("failed", "cluster_error")
    assert "no room for the job's files" in job.error.message
    assert finished(api, train(api, SHORT), PATIENCE).status == "succeeded"
    small.stop()


def test_a_killed_server_goes_on_with_its_jobs(tmp_path, model, nodes):
    options = ("--cluster", nodes.address, "--cluster-cpus", "0.5")
    server = Server(tmp_path / "store", model, options=options)
    server.start(PATIENCE)
    jobs = [train(server.api, LONG) for _ in range(3)]
    for job in jobs:
        running(server.api, job, 12)
    server.kill()
    server.start(PATIENCE)
    jobs = [finished(server.api, job, PATIENCE) for job in jobs]
    server.kill()
    assert [job.status for job in jobs] == ["succeeded"] * 3


def test_a_lost_head_loses_nothing(tmp_path, model):
    nodes = RayCluster(1)
    api = start(tmp_path, model, cluster=Cluster(nodes.address, Resources(1, 0), model))
    job = running(api, train(api, LONG), 12)
    nodes.stop()
    until(api, job, lambda job: job.status == "queued", PATIENCE)
    again = RayCluster(1, port=nodes.port)
    job = finished(api, job, PATIENCE)
    again.stop()
    assert job.status == "succeeded" and len(loss_curve(api, job)) == 600
    warnings = [event.message for event in events(api, job) if event.level == "warn"]
    assert any("was lost while the job ran" in warning for warning in warnings)


def test_the_process_that_speaks_to_ray_ends_though_nobody_hears_why(monkeypatch):
    def ended(code):
        raise SystemExit(code)

    monkeypatch.setattr(os, "_exit", ended)
    ours, theirs = multiprocessing.Pipe()
    ours.close()  # the server was killed
    with pytest.raises(SystemExit):
        driver.unreachable(theirs, "no answer")
