"""Jobs on a cluster, without Ray: nodes are threads here, each with a store of its own."""

import asyncio
import contextlib
import sys
import threading
import time
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from prometheus_client import REGISTRY

from .. import needs
from ..local_server import events, finished, lines, messages, start, steps_told, supervised, until, upload, wait
from .curves import loss_curve, result_table

needs.training()

from finetune_server.__main__ import parser
from finetune_server.cluster.changes import Change
from finetune_server.cluster.cluster_runner import ClusterRunner, Run
from finetune_server.cluster.node import Node
from finetune_server.cluster.options import connected
from finetune_server.cluster.orders_and_news import News, Tell, Train
from finetune_server.cluster.parcel import versions
from finetune_server.export.formats import folder_name
from finetune_server.store.content import ADAPTER_FILES
from finetune_server.store.database import DatabaseAway
from finetune_server.store.store import Store
from finetune_server.training.job import CLUSTER_LOST, Job

MANY = supervised(n_epochs=30, batch_size=4)  # 90 steps: some are left when a test looks
PATIENCE = 300  # seconds


class Nodes:
    """In place of a cluster: each job gets a node at once. `lose` makes one fall silent, as if its machine broke."""

    def __init__(self, model: Path):
        self._model, self._nodes, self._silent = model, {}, set()

    def listen(self, tell):
        self._tell = tell

    def send(self, message):
        if isinstance(message, Tell):
            if node := self._nodes.get(message.run):
                node.tell(message.status)
        else:
            self._nodes[message.run] = Node(message.parcel, f"10.0.0.{message.run}")
            threading.Thread(target=self._train, args=(message,), daemon=True).start()

    def lose(self):
        for run in self._silenced():
            self._tell(News("lost", run, "broken"))

    def disconnect(self):
        self._silenced()
        self._tell(News("disconnected"))
        self._tell(News("connected"))

    def _silenced(self):
        """The runs that were at work. Their threads go on for a step, and nobody hears of it."""
        runs = self._nodes.keys() - self._silent
        self._silent |= runs
        for run in runs:
            self._nodes[run].tell("cancelled")
        return runs

    def _train(self, order: Train):
        files = ((file.name, file.read_bytes()) for file in self._model.iterdir())
        for said in self._nodes[order.run].train(files):
            news = News("begun", order.run, said) if isinstance(said, str) else News("change", order.run, change=said)
            if order.run not in self._silent:
                self._tell(news)
        del self._nodes[order.run]
        if order.run not in self._silent:
            self._tell(News("ended", order.run))


@pytest.fixture(scope="module")
def nodes(model):
    return Nodes(model)


@pytest.fixture(scope="module")
def cluster_store(tmp_path_factory):
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def on_cluster(cluster_store, model, nodes):
    """A client of a server whose jobs train on the nodes."""
    return start(cluster_store, model, cluster=nodes)


def train(api, method, **more):
    file, held_out = upload(api, lines(12)), upload(api, lines(4))
    return api.fine_tuning.jobs.create(
        model="tiny", training_file=file, validation_file=held_out, seed=7, method=method, **more
    )


@pytest.fixture(scope="module")
def whole(on_cluster):
    """A job that nothing happened to."""
    return finished(on_cluster, train(on_cluster, MANY), PATIENCE)


def same_training(one, other):
    """Whether two clients' jobs have the same losses, checkpoints and tables."""
    curves = [loss_curve(*each) for each in (one, other)]
    steps = [[c.step_number for c in api.fine_tuning.jobs.checkpoints.list(job.id)] for api, job in (one, other)]
    return curves[0].equals(curves[1]) and steps[0] == steps[1] and result_table(*one).equals(result_table(*other))


def test_a_job_on_a_node_is_the_same_as_one_here(api, on_cluster, cluster_store):
    method = supervised(n_epochs=4, batch_size=4)
    here, there = (finished(client, train(client, method)) for client in (api, on_cluster))
    assert there.status == "succeeded" and there.trained_tokens == here.trained_tokens
    both = ((api, here), (on_cluster, there))
    told = [[m for m in messages(*each) if "file-" not in m and "ftjob-" not in m] for each in both]
    assert told[0] == told[1]
    assert same_training(*both)
    ask = dict(messages=[{"role": "user", "content": "question 3"}], temperature=0, max_tokens=8)
    answers = [
        client.chat.completions.create(model=job.fine_tuned_model, **ask).choices[0].message.content
        for client, job in both
    ]
    assert answers[0] == answers[1]
    kept = {model.id for model in on_cluster.models.list()}
    assert {f"{there.fine_tuned_model}:ckpt-step-{n}" for n in (6, 9, 12)} < kept
    assert f"{there.fine_tuned_model}:ckpt-step-3" not in kept
    assert len([*cluster_store.glob("models/*")]) == 4
    wait(lambda: not [*cluster_store.glob("states/*")])  # dropped after the job has got its status


def test_the_server_exports_what_a_node_has_trained(model, tmp_path):
    api = start(tmp_path / "store", model, cluster=Nodes(model), export_adapters=tmp_path / "adapters")
    job = finished(api, train(api, supervised(n_epochs=1)), PATIENCE)
    exported = tmp_path / "adapters" / folder_name(job.fine_tuned_model, "adapter")
    until(api, job, lambda job: messages(api, job)[-1] == f"The adapter was exported to {exported}")
    assert {file.name for file in exported.iterdir()} == {*ADAPTER_FILES, "README.md"}


def test_the_server_counts_the_tokens_that_a_node_has_learned_from(on_cluster):
    counted = lambda: REGISTRY.get_sample_value("finetune_trained_tokens_total") or 0
    before = counted()
    job = finished(on_cluster, train(on_cluster, supervised(n_epochs=2, batch_size=4)), PATIENCE)
    assert counted() - before >= job.trained_tokens > 0


def test_two_jobs_train_at_once(on_cluster):
    jobs = [train(on_cluster, MANY) for _ in range(2)]
    for job in jobs:
        until(on_cluster, job, lambda job: steps_told(on_cluster, job) > 0)
    assert [on_cluster.fine_tuning.jobs.retrieve(job.id).status for job in jobs] == ["running"] * 2
    for job in jobs:
        assert not any("queued behind" in message for message in messages(on_cluster, job))
        on_cluster.fine_tuning.jobs.cancel(job.id)


def test_a_job_is_paused_resumed_and_cancelled(on_cluster, cluster_store, whole):
    job = train(on_cluster, MANY)
    until(on_cluster, job, lambda job: steps_told(on_cluster, job) > 2, PATIENCE)
    on_cluster.fine_tuning.jobs.pause(job.id)
    until(on_cluster, job, lambda job: job.status == "paused", PATIENCE)
    [paused] = [m for m in messages(on_cluster, job) if m.startswith("The job was paused after step")]
    assert (cluster_store / "states" / f"{job.id}.safetensors").exists()
    on_cluster.fine_tuning.jobs.resume(job.id)
    job = finished(on_cluster, job, PATIENCE)
    assert job.status == "succeeded" and same_training((on_cluster, whole), (on_cluster, job))
    assert f"Fine-tuning job goes on after step {paused.split()[-1]}" in messages(on_cluster, job)
    job = train(on_cluster, MANY)
    until(on_cluster, job, lambda job: steps_told(on_cluster, job) > 3)  # an epoch has ended, and its state is saved
    on_cluster.fine_tuning.jobs.cancel(job.id)
    told = len(events(on_cluster, job))
    wait(lambda: not [*cluster_store.glob("states/*")])
    time.sleep(1)  # nothing more comes
    assert len(events(on_cluster, job)) == told and not [*cluster_store.glob("states/*")]


@pytest.mark.parametrize("how, words", [("lose", "node 10.0.0."), ("disconnect", "connection to the cluster was lost")])
def test_a_lost_node_loses_nothing(on_cluster, nodes, whole, how, words):
    job = train(on_cluster, MANY)
    until(on_cluster, job, lambda job: steps_told(on_cluster, job) > 8, PATIENCE)
    getattr(nodes, how)()
    job = finished(on_cluster, job, PATIENCE)
    assert job.status == "succeeded" and same_training((on_cluster, whole), (on_cluster, job))
    warnings = [event.message for event in events(on_cluster, job) if event.level == "warn"]
    assert len(warnings) == 1 and words in warnings[0]
    assert any(m.startswith("Fine-tuning job goes on after step") for m in messages(on_cluster, job))


def test_a_lost_head_is_not_taken_for_the_jobs_fault(tmp_path):
    store = Store(tmp_path)
    store.put("job", {"id": "ftjob-1", "status": "running"})
    job = Job(store, "ftjob-1")
    for _ in range(4):
        job.requeue_cut_off(CLUSTER_LOST)
        assert job.status == "queued"
        job.change(status="running")
    job.requeue_interrupted()
    assert job.status == "queued"
    store.close()


def test_a_job_that_ends_every_node_is_given_up(on_cluster, nodes, monkeypatch):
    monkeypatch.setattr(Nodes, "_train", lambda nodes, order: nodes._tell(News("lost", order.run, "broken")))
    job = finished(on_cluster, train(on_cluster, MANY))
    assert job.status == "failed" and "smaller batch_size" in job.error.message


def test_another_version_on_a_node_fails_the_job_and_is_named(on_cluster, monkeypatch):
    server = {"Python": "3.11.0", "torch": "2.0"}
    monkeypatch.setattr("finetune_server.cluster.parcel.versions", lambda: server)
    monkeypatch.setattr("finetune_server.cluster.node.versions", lambda: server | {"torch": "1.0"})
    job = finished(on_cluster, train(on_cluster, MANY))
    assert (job.status, job.error.code) == ("failed", "cluster_error")
    assert "has torch 1.0 where the server has 2.0: install the same there" in job.error.message


def test_a_file_that_a_node_cannot_learn_from_fails_the_job_as_here(on_cluster):
    long = upload(
        on_cluster, lines(10, messages=[{"role": "user", "content": "x" * 9000}, {"role": "assistant", "content": "y"}])
    )
    job = finished(on_cluster, on_cluster.fine_tuning.jobs.create(model="tiny", training_file=long))
    assert (job.status, job.error.param) == ("failed", "training_file")


def test_without_ray_the_command_says_what_to_install(monkeypatch):
    monkeypatch.setattr("finetune_server.cluster.options.find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=r"finetune-server\[train,cluster\]"):
        connected(parser().parse_args(["--cluster", "auto"]), Path())


@pytest.mark.parametrize("words", [["--cluster-replicas", "2"], ["--cluster", "auto", "--cluster-replicas", "-1"]])
def test_replicas_without_a_cluster_are_not_ignored(words):
    with pytest.raises(SystemExit, match="name that with --cluster"):
        connected(parser().parse_args(words), Path())


def test_rewards_by_a_tuned_model_that_the_node_gets(on_cluster):
    tuned = finished(on_cluster, train(on_cluster, supervised(n_epochs=1))).fine_tuned_model
    asked = [{"role": "user", "content": "Is this right? {{sample.output_text}}"}]
    grader = {"type": "score_model", "name": "judge", "input": asked, "model": tuned, "range": [0, 1]}
    items = b"".join(b'{"messages": [{"role": "user", "content": "question %d"}]}\n' % n for n in range(10))
    hyperparameters = {"n_epochs": 1, "batch_size": 5, "compute_multiplier": 0.25}
    job = on_cluster.fine_tuning.jobs.create(
        model=tuned,
        training_file=upload(on_cluster, items),
        validation_file=upload(on_cluster, items),
        method={"type": "reinforcement", "reinforcement": {"grader": grader, "hyperparameters": hyperparameters}},
    )
    job = finished(on_cluster, job, PATIENCE)
    # random weights may write no number that can be read, but the model was there and answered
    assert job.status == "succeeded" or "model_grader_parse_error" in job.error.message, job.error


@pytest.fixture
def silent(tmp_path, monkeypatch):
    """A runner whose thread is not started, a job that the cluster has, and what that is told."""
    monkeypatch.setattr("finetune_server.cluster.cluster_runner.time.sleep", lambda seconds: None)
    store, told = Store(tmp_path), []
    cluster: Any = SimpleNamespace(send=told.append)
    store.put("job", {"id": "ftjob-1", "status": "validating_files", "model": "tiny", "fine_tuned_model": None})
    runner = ClusterRunner(store, tmp_path, "tiny", 1, lambda model: None, cluster)
    job = Job(store, "ftjob-1")
    job.change(status="running")
    runner._runs[1] = Run(job)
    yield runner, job, told
    store.close()


@contextlib.contextmanager
def cut_off(runner, owner, name, monkeypatch):
    """The connection to the database is lost while the runner does this; then it goes on."""
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, lambda *_: (_ for _ in ()).throw(DatabaseAway("connection lost")))
        yield
    while not runner._inbox.empty():
        runner._react(runner._inbox.get())


def test_a_change_is_made_once_though_the_database_is_away_after_it(silent, monkeypatch):
    runner, job, _ = silent
    model = {"id": "ft:tiny:local::1", "folder": "model-1"}
    change = Change([("model", model, None)], contents={"models/model-1": dict.fromkeys(ADAPTER_FILES, b"x")})
    with cut_off(runner, runner, "_tell", monkeypatch):
        runner._react(News("change", 1, change=change))
    assert job.status == "running" and not job.store.all("unowned")
    assert {file.name for file in (job.store.folder / "models" / "model-1").iterdir()} == {*ADAPTER_FILES}


def test_the_cluster_hears_of_a_cancel_though_the_database_is_away_just_then(silent, monkeypatch):
    runner, job, told = silent
    job.change(status="cancelled")
    with cut_off(runner, job.store, "drop_state", monkeypatch):
        runner._react(None)
    assert told == [Tell(1, "cancelled")] and not runner._runs


@pytest.fixture
def replica(monkeypatch, tmp_path):
    """What makes a replica in this process, without Ray and a model."""
    name = "finetune_server.cluster.replica"
    ray: Any = ModuleType("ray")
    ray.serve = SimpleNamespace(multiplexed=lambda **_: lambda load: load)
    monkeypatch.setitem(sys.modules, "ray", ray)
    monkeypatch.delitem(sys.modules, name, raising=False)
    module = import_module(name)
    monkeypatch.setattr(module, "LocalEngine", lambda *_: SimpleNamespace(start=lambda: None))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    yield lambda: module.Replica("tiny", {}, versions())
    del sys.modules[name]


def test_a_replica_removes_the_folder_of_one_that_was_killed(replica, monkeypatch, tmp_path):
    killed = replica()
    assert [*tmp_path.iterdir()] == [Path(killed._folder.name)]
    monkeypatch.setattr("os.kill", lambda *_: (_ for _ in ()).throw(ProcessLookupError))
    new = replica()
    assert [*tmp_path.iterdir()] == [Path(new._folder.name)]


def test_a_replica_takes_no_half_adapter_for_a_whole_one(replica):
    here, whole = replica(), dict.fromkeys(ADAPTER_FILES, b"x")

    def load(files):
        here._weights["ft:tiny"] = asyncio.sleep(0, files)
        return asyncio.run(here._load("ft:tiny"))

    with pytest.raises(TypeError):
        load(whole | {ADAPTER_FILES[1]: None})  # as if the disk were full at the second file
    assert {file.name: file.read_bytes() for file in load(whole).iterdir()} == whole
