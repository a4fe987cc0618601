"""Train one job: from its first step, or from the state that was saved last, to the tuned model."""

import contextlib
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from ..graders.grade import Ask
from ..graders.read_grader import read_grader
from ..model.torch_thread import iterate_on_torch_thread, run_on_torch_thread
from ..protocol.response_format import read_response_format
from .artifacts import save_checkpoint, save_model
from .hyperparameters import hyperparameters_of, resolve_hyperparameters
from .job import AT_WORK, Job
from .job_inputs import read_files, starting_adapter
from .judged import Judge
from .run_progress import RunProgress
from .training_processes import TrainingProcesses

if TYPE_CHECKING:  # they need torch, which takes seconds to load
    from .resume import State
    from .reward_training import RewardTraining
    from .trainer import Settings, Training


def train(job: Job, model_folder: Path, device: str, shards: int, ask: Ask) -> None:
    """Take a queued job to its model. `ask` asks models of this server, for graders.

    If there are several `shards`, the base model is spread over as many devices.

    Raises BadFile, BadModel, Diverged, GraderFails and ProcessLost, and Interrupted if it is to stop.
    """
    run_on_torch_thread(import_module, ".trainer", __package__)  # with torch, while no other thread uses it
    from .reward_training import RewardTraining
    from .trainer import Settings

    body = job.body
    examples, validation = read_files(job.store, body)  # again: they may be deleted while the job is queued
    saved = run_on_torch_thread(_saved_state, job)
    message = f"Fine-tuning job goes on after step {saved.step}" if saved else "Fine-tuning job started"
    body = job.transition(["queued"], "running", message, **resolve_hyperparameters(body, len(examples)))
    numbers = {name: value for name, value in hyperparameters_of(body).items() if name != "reasoning_effort"}
    settings = Settings(**numbers, seed=body["seed"], method=body["method"]["type"])
    start = starting_adapter(job.store, body["model"])
    with contextlib.ExitStack() as end:
        try:
            in_half = saved.in_half if saved else None  # as it began: measured again, it might be the other
            training = _loaded(shards, model_folder, examples, validation, settings, device, start, in_half)
        except Exception:
            starting_adapter(job.store, body["model"])  # if it was deleted just now, that is the cause
            raise
        if isinstance(training, TrainingProcesses):
            end.callback(training.close)
        if saved and not run_on_torch_thread(training.restore, saved):
            _begin_again(job, "it is of another training")
        progress = RunProgress(job, training)
        if training.step == 0:
            progress.save()  # so that it begins alike if it is killed before the next time
        if isinstance(training, RewardTraining):
            _by_rewards(progress, training, ask)
        else:
            _measure_references(progress)
            _make_steps(progress)
        save_model(job, training)


def _loaded(
    shards: int,
    model_folder: Path,
    examples: list,
    validation: list,
    settings: "Settings",
    device: str,
    start: Path | None,
    in_half: bool | None,
) -> "Training | TrainingProcesses":
    """A training with its model: here, or in processes if that is spread."""
    from ..model.precision import faster_in_half
    from .reward_training import RewardTraining
    from .trainer import Training

    arguments = (model_folder, examples, validation, settings, device, start)
    kind = RewardTraining if settings.method == "reinforcement" else Training
    if shards == 1 or kind is RewardTraining:
        return run_on_torch_thread(kind, *arguments, in_half)
    # Decided once: the processes must agree.
    agreed = run_on_torch_thread(faster_in_half, device) if in_half is None else in_half
    return TrainingProcesses(shards, agreed, *arguments)


def _measure_references(progress: RunProgress) -> None:
    """What the method dpo does before the first step."""
    job, measured = progress.job, False
    for _ in iterate_on_torch_thread(progress.training.measure_references()):
        measured = True
        progress.save_or_pause(pausing=job.require_status(AT_WORK) == "pausing")
    if measured:
        progress.save()  # before the event, so that nothing is told that is not kept
        job.log("Reference log-probabilities of all pairs measured")


def _make_steps(progress: RunProgress) -> None:
    job, training = progress.job, progress.training
    logged = len(job.logged_metrics())  # steps after the saved state are repeated, and not logged twice
    began, first = time.monotonic(), training.step
    for step in iterate_on_torch_thread(training.steps()):
        seconds_left = (time.monotonic() - began) / (step.step - first) * (step.total_steps - step.step)
        pausing = progress.log_step(step, logged, seconds_left)
        if step.epoch_ended and training.settings.n_epochs > 1:
            save_checkpoint(job, step, training)
        progress.save_or_pause(pausing, due=bool(step.epoch_ended))


def _by_rewards(progress: RunProgress, training: "RewardTraining", ask: Ask) -> None:
    """Take the steps of the method reinforcement, and count what was learned from."""
    from .reward_run import RewardRun

    asked = progress.job.body["method"]["reinforcement"]
    form = read_response_format(asked.get("response_format"))
    run = RewardRun(progress, training, Judge(read_grader(asked["grader"]), ask, form, training.tokenizer))
    run.measure_start()
    run.make_steps()
    training.tokens = run.trained_tokens()


def _saved_state(job: Job) -> "State | None":
    """The state of a training that was paused or killed; None if it has to begin anew."""
    from .resume import read_state

    path = job.store.state_path(job.id)
    if not path.exists():
        return None
    try:
        return read_state(path)
    except Exception as error:  # safetensors raises its own types, and what it holds may be anything
        _begin_again(job, str(error))
        return None


def _begin_again(job: Job, damage: str) -> None:
    """Drop the saved state of a training and say so."""
    job.store.drop_state(job.id)
    job.log(f"The saved state of the training is damaged ({damage}): the training begins again.", level="warn")
