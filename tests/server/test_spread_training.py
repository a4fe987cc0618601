"""A training whose base model is spread over two processes learns what one process learns, and leaves none behind."""

import multiprocessing
import os
import re
import signal
import subprocess
import sys
import threading
from itertools import islice

import openai
import pytest

from .. import needs

needs.training()

import torch
from safetensors.torch import load_file

from finetune_server.__main__ import SPREADING, check_shards, parser
from finetune_server.cluster.options import asked_shards
from finetune_server.model import precision
from finetune_server.model.batching import batches, split_by_tokens
from finetune_server.training import resume, runner, trainer, training_processes
from finetune_server.training.trainer import Settings, Training
from finetune_server.training.training_part import TrainingPart, work
from finetune_server.training.training_processes import ProcessLost, TrainingProcesses

from ..local_server import (
    dpo,
    events,
    finished,
    lines,
    messages,
    pairs,
    start,
    steps_told,
    supervised,
    until,
    upload,
    wait,
)
from .curves import loss_curve

CAN_SPREAD = tuple(map(int, torch.__version__.split(".")[:2])) >= SPREADING
spreading = pytest.mark.skipif(not CAN_SPREAD, reason=f"PyTorch {torch.__version__} cannot spread a model")
LAST = 6  # of the steps that are compared, two epochs of three
PATIENCE = 300  # seconds; each process loads torch
LENGTHS = (3, 100, 110, 90, 100, 105, 95, 4, 99, 90, 1)  # words: two of the long ones fill a part
EXAMPLES = [
    {"messages": [{"role": "user", "content": "u " * n}, {"role": "assistant", "content": "a " * n}]} for n in LENGTHS
]


def frozen_bytes(part):
    """How much of the frozen weights a process holds, and how much there is of them."""
    frozen = [p for p in part._training.model.parameters() if not p.requires_grad]
    return sum(p.to_local().nbytes for p in frozen), sum(p.nbytes for p in frozen)


def work_with_bytes(*arguments):
    TrainingPart.frozen_bytes = frozen_bytes  # pyright: ignore[reportAttributeAccessIssue] (one more question)
    work(*arguments)


def lose_one(processes):
    """Kill one while the other one waits for it: that is told, and none is left."""
    first, second = processes._processes
    os.kill(second.pid, signal.SIGSTOP)
    threading.Timer(1, second.kill).start()
    with pytest.raises(ProcessLost):
        next(processes.steps())
    processes.close()
    assert not first.is_alive() and not second.is_alive()


@pytest.fixture
def whole_precision(monkeypatch):
    for module in (trainer, precision):
        monkeypatch.setattr(module, "faster_in_half", lambda device: False)


@pytest.fixture(scope="module")
def spread(tmp_path_factory, model):
    """A client of a server that spreads the model over two processes."""
    return start(tmp_path_factory.mktemp("store"), model, shards=2)


def parts_of(training):
    cut = batches(training.examples, 5, None)
    return {len(split_by_tokens(batch, trainer.MAX_TOKENS_AT_ONCE, lambda e: e.tokens)) for batch in cut}


@spreading
def test_two_processes_learn_what_one_does_and_each_holds_half(model, tmp_path, monkeypatch):
    monkeypatch.setattr(training_processes, "work", work_with_bytes)
    settings = Settings(3, 5, 1.0, seed=0)
    arguments = (model, EXAMPLES, EXAMPLES[:9], settings, "cpu", None)
    processes = TrainingProcesses(2, True, *arguments)
    for one in processes._connections:
        held, there = processes._ask([one], "frozen_bytes")
        assert held == pytest.approx(there / 2, rel=0.01)
    spread = []
    for step in islice(processes.steps(), LAST):
        spread.append(step)
        if step.step == 2:
            processes.save_state(tmp_path / "state")
    processes.save(tmp_path / "spread")
    lose_one(processes)
    alone = Training(*arguments, in_half=True)
    assert {1, 3} <= parts_of(alone), "fewer parts than processes, and parts that two processes cannot share evenly"
    steps = [*islice(alone.steps(), LAST)]
    alone.save(tmp_path / "alone")
    assert processes.tokens == alone.tokens and processes.step == alone.step
    assert [step.metrics() for step in spread] == [pytest.approx(step.metrics(), rel=1e-3) for step in steps]
    ours, theirs = (load_file(tmp_path / name / "adapter_model.safetensors") for name in ("spread", "alone"))
    assert ours.keys() == theirs.keys()
    assert all(torch.allclose(ours[name], theirs[name], rtol=1e-2, atol=1e-4) for name in ours)
    rest = Training(*arguments, in_half=True)
    assert rest.restore(resume.read_state(tmp_path / "state")) and rest.step == 2
    assert [step.metrics() for step in islice(rest.steps(), LAST - 2)] == [
        pytest.approx(step.metrics(), rel=1e-3) for step in steps[2:]
    ]


@spreading
def test_a_paused_job_goes_on_to_what_one_process_would_have_learned(api, spread, whole_precision):
    train = lambda api: api.fine_tuning.jobs.create(
        model="tiny", training_file=upload(api, pairs(12)), seed=7, method=dpo(n_epochs=12, batch_size=5)
    )
    before = {*multiprocessing.active_children()}  # other tests' too
    job = train(spread)
    until(spread, job, lambda job: steps_told(spread, job) > 1, PATIENCE)
    spread.fine_tuning.jobs.pause(job.id)
    until(spread, job, lambda job: job.status == "paused", PATIENCE)
    wait(lambda: before.issuperset(multiprocessing.active_children()), PATIENCE)
    spread.fine_tuning.jobs.resume(job.id)
    job, alone = finished(spread, job, PATIENCE), finished(api, train(api), PATIENCE)
    assert job.status == alone.status == "succeeded"
    assert any("goes on after step" in message for message in messages(spread, job))
    ours, theirs = (loss_curve(*one).select_dtypes("number") for one in ((spread, job), (api, alone)))
    assert len(ours) == 36 and ((ours - theirs).abs() < 1e-3 + 1e-2 * theirs.abs()).all(axis=None)


def test_a_job_that_lost_a_process_is_tried_again(api, monkeypatch):
    train, tried = runner.train, []

    def trained(job, *rest):
        tried.append(job.id)
        if tried.count(job.id) == 1:
            job.transition(["queued"], "running", "begun")
            raise ProcessLost
        train(job, *rest)

    monkeypatch.setattr(runner, "train", trained)
    job = api.fine_tuning.jobs.create(model="tiny", training_file=upload(api, lines(10)), method=supervised(n_epochs=1))
    assert finished(api, job).status == "succeeded"
    warnings = [event.message for event in events(api, job) if event.level == "warn"]
    assert warnings == ["A process that held a part of the model ended while the job ran. The job is tried again."]


PARENT = """
import multiprocessing, pickle, sys, time
from finetune_server.training.training_part import TrainingPart, work

def waits_for_others(*arguments):
    TrainingPart.join = lambda part: (print("waits", flush=True), time.sleep(600))
    work(*arguments)

if __name__ == "__main__":
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    spawn.Process(target=waits_for_others, args=(theirs, "nowhere", 0, 2, "cpu"), daemon=True).start()
    ours.send_bytes(pickle.dumps(("join", ())))
    time.sleep(600)
"""


def test_a_process_that_waits_for_others_ends_with_the_one_that_has_the_job(tmp_path):
    program = tmp_path / "parent.py"
    program.write_text(PARENT)
    parent = subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE)
    assert parent.stdout and parent.stdout.readline() == b"waits\n"
    parent.kill()
    parent.communicate(timeout=PATIENCE)  # until both have closed the standard output


def test_reinforcement_is_refused(spread):
    with pytest.raises(openai.BadRequestError, match="'reinforcement' cannot do: train with 'supervised' or 'dpo'"):
        grader = {
            "type": "string_check",
            "name": "same",
            "input": "{{sample.output_text}}",
            "reference": "yes",
            "operation": "eq",
        }
        asked = {"type": "reinforcement", "reinforcement": {"grader": grader}}
        file = upload(spread, lines(10))
        spread.fine_tuning.jobs.create(model="tiny", training_file=file, validation_file=file, method=asked)


@pytest.mark.parametrize(
    "options, shards",
    [
        ([], 1),
        (["--shards", "2"], 2),
        (["--cluster-gpus", "4"], 1),
        (["--cluster", "auto", "--cluster-gpus", "4"], 4),
        (["--cluster", "auto", "--cluster-gpus", "0.5"], 1),
        (["--cluster", "auto", "--cluster-gpus", "4", "--shards", "2"], 2),
    ],
)
def test_a_job_takes_as_many_shards_as_gpus_unless_it_is_said(options, shards):
    assert asked_shards(parser().parse_args(options)) == shards


@pytest.mark.parametrize("options", [["--shards", "0"], ["--cluster", "auto", "--cluster-gpus", "2", "--shards", "4"]])
def test_shards_without_a_device_are_refused(options):
    with pytest.raises(SystemExit, match="--shards is a number of devices"):
        asked_shards(parser().parse_args(options))


def test_what_cannot_spread_a_model_is_named_at_the_start(monkeypatch):
    arguments = parser().parse_args(["--device", "mps"])
    monkeypatch.setattr(torch, "__version__", "2.8.0")
    with pytest.raises(SystemExit, match="--shards 2 needs 2 GPUs, and this machine has 1"):
        check_shards(2, arguments)
    monkeypatch.setattr(torch, "__version__", "2.7.1+cpu")
    with pytest.raises(SystemExit, match=re.escape("--shards needs PyTorch 2.8 or newer, and 2.7.1+cpu is installed")):
        check_shards(2, arguments)
