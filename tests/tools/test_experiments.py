"""Experiments take hours, so here they run with a tiny model for two steps; results that are kept fit today's data."""

import json
from collections import Counter
from contextlib import nullcontext
from functools import partial
from types import SimpleNamespace

import pandas as pd
import pytest

from helpers.t1000 import desk_files
from helpers.training_data import read_jsonl, write_jsonl
from tools import training_runs
from tools.experiments import (
    dpo_rates,
    forgetting,
    learning_curves,
    loss_shapes,
    overfitting,
    reward_rates,
    right_answers,
    training_settings,
)
from tools.experiments.__main__ import EXPERIMENTS
from tools.experiments.experiment import (
    BATCH_SIZE,
    DESK_DATA,
    DESK_READ,
    DESK_STEPS,
    RESULTS,
    again_and_again,
    train_steps,
)
from tools.provenance import data_hashes
from tools.training_runs import finish, train

STEPS = 2


@pytest.fixture
def small(monkeypatch):
    """Trainings of two steps, and few questions."""
    load = desk_files.load_tickets
    few = lambda part, language="en": (
        tuple(some[:4] for some in load(part, language)) if part != "train" else load(part)
    )
    monkeypatch.setattr(desk_files, "load_tickets", few)
    for module in (learning_curves, forgetting):
        monkeypatch.setattr(module, "DESK_STEPS", STEPS)
    monkeypatch.setattr(learning_curves, "AIRPORT_STEPS", STEPS)
    monkeypatch.setattr(right_answers, "MAX_TOKENS", 8)


def lines_trained(api):
    """The messages of each example in the newest job's file."""
    [job] = api.fine_tuning.jobs.list(limit=1).data
    content = api.files.content(job.training_file).content
    return [json.loads(line)["messages"] for line in content.splitlines()]


def test_a_size_of_the_desks_curve_counts_right_answers_of_both(api, small):
    row = learning_curves.desk(api, "tiny", learning_curves.Draw(10, 1))
    assert (row["examples"], row["draw"], row["steps"], row["of"]) == (10, 1, STEPS, 4)
    assert 0 <= row["tuned"] <= 4 and 0 <= row["classifier"] <= 4
    trained = lines_trained(api)
    assert len(trained) == STEPS * BATCH_SIZE and len({json.dumps(one) for one in trained}) == 10


def test_a_size_of_the_airports_curve_counts_right_answers_of_both(api, small):
    row = learning_curves.airport(api, "tiny", learning_curves.Draw(None, 2))
    assert (row["examples"], row["draw"], row["steps"], row["of"]) == (110, 2, STEPS, 30)
    assert row["tuned"] == 0 and row["classifier"] > 10


def test_all_tickets_are_those_of_lesson_3_which_is_not_trained_again(api, small, monkeypatch):
    job = train_steps(api, "tiny", read_jsonl(learning_curves.AIRPORT / "train.jsonl"), 3, seed=5)
    monkeypatch.setattr(learning_curves.lesson3, "find_job", lambda client, model: job)
    there = {one.id for one in api.fine_tuning.jobs.list(limit=100)}
    row = learning_curves.desk(api, "tiny", learning_curves.Draw(None, learning_curves.LESSON_3))
    assert (row["examples"], row["steps"], row["of"]) == (5_911, 3, 4)
    assert {one.id for one in api.fine_tuning.jobs.list(limit=100)} == there


@pytest.mark.parametrize("trained_before", [False, True], ids=["trained", "lesson 3 has trained it"])
def test_a_number_of_epochs_is_one_job_which_lesson_3_may_have_made(api, small, monkeypatch, tmp_path, trained_before):
    path = tmp_path / f"{trained_before}.jsonl"
    tickets = read_jsonl(learning_curves.AIRPORT / "train.jsonl")[:16]
    write_jsonl(path, tickets)
    monkeypatch.setattr(training_settings, "TRAIN", path)
    small_desk = {"train": (tickets, []), "validation": desk_files.load_tickets("validation")}
    monkeypatch.setattr(desk_files, "load_tickets", small_desk.get)
    if trained_before:
        settings = {"n_epochs": 2, "batch_size": 8, "learning_rate_multiplier": 2.5}
        job = train(api, "tiny", tickets, settings, 1, training_settings.VALIDATION)
        monkeypatch.setattr(training_settings.jobs, "find", lambda client, label: job)
    before = {one.id for one in api.fine_tuning.jobs.list(limit=100)}
    row = training_settings.epochs(api, "tiny", 2)
    assert (row["n_epochs"], row["of"]) == (2, 4) and row["valid_loss"] > 0
    made = {one.id for one in api.fine_tuning.jobs.list(limit=100)} - before
    assert len(made) == (0 if trained_before else 1)


def test_a_trial_of_a_rate_says_what_it_changed_and_what_came_of_it(api, small, monkeypatch):
    monkeypatch.setattr(training_settings, "EXAMPLES", 16)
    row = training_settings.rate(api, "tiny", 0.5)
    assert (row["examples"], row["n_epochs"], row["learning_rate_multiplier"], row["of"]) == (16, 1, 0.5, 4)
    assert row["valid_loss"] > 0 and sum(of for _, of in row["kinds"].values()) == 4


def test_draws_differ_by_their_seed_and_repeat():
    draw = learning_curves.Draw(50, 1)
    assert draw.of(5_911) == draw.of(5_911) != learning_curves.Draw(50, 2).of(5_911)
    assert sorted(learning_curves.Draw(None, 1).of(7)) == list(range(7))


def test_each_size_of_the_desks_curve_is_drawn_three_times_and_whole_draws_come_first():
    lesson_3, *draws = learning_curves.DESK_CURVE.runs
    assert lesson_3.examples is None
    assert set(Counter(draw.examples for draw in draws).values()) == {3}
    assert [draw.seed for draw in draws] == sorted(draw.seed for draw in draws)
    assert {10, 25, 50, 100, 250, 500, 1_000} < {draw.examples for draw in draws}


def test_every_training_of_the_desk_reads_as_many_lines_and_the_largest_draw_once():
    assert len(again_and_again([{}] * 10, 25)) == 25
    assert max(draw.examples or 0 for draw in learning_curves.DESK_CURVE.runs) == DESK_READ == DESK_STEPS * BATCH_SIZE


def test_forgetting_trains_without_refusals_and_mixes_in_a_tenth():
    refuses = lambda example: right_answers.TURNED_AWAY in example["messages"][-1]["content"]
    everything, without, mixed = map(forgetting.lines_of, (forgetting.DESK, forgetting.WITHOUT, forgetting.MIXED))
    assert len(everything) - len(without) == sum(map(refuses, everything)) > 80
    assert not any(map(refuses, without)) and not any(map(refuses, mixed))
    general = [example for example in mixed if example["messages"][0]["role"] == "user"]
    assert abs(len(general) - len(mixed) / 10) < 1 and len({json.dumps(example) for example in general}) == 60


def test_forgetting_shares_its_first_training_with_the_curve():
    [first] = [draw for draw in learning_curves.DESK_CURVE.runs if draw.examples == DESK_READ and draw.seed == 1]
    examples, _ = desk_files.load_tickets("train")
    places = first.of(len(examples))
    assert forgetting.lines_of(forgetting.DESK) == [examples[n] for n in places]


def test_forgetting_counts_what_is_right_and_what_is_turned_away(api, small):
    row = forgetting.measure(api, "tiny", forgetting.BASE)
    assert (row["training"], row["of"], row["general_of"], len(row["said"])) == ("base", 4, 60, 60)
    assert row["turned_away"] == 0 and "steps" not in row
    row = forgetting.measure(api, "tiny", forgetting.WITHOUT)
    assert row["steps"] == STEPS and len(lines_trained(api)) == STEPS * BATCH_SIZE


def test_overfitting_grades_each_checkpoint_of_a_model_that_goes_on(api, small, monkeypatch):
    monkeypatch.setattr(overfitting, "TICKETS", 8)
    job = train_steps(api, "tiny", read_jsonl(learning_curves.AIRPORT / "train.jsonl"), 2, seed=6)
    monkeypatch.setattr(overfitting.lesson3, "find_model", lambda client, model: job.fine_tuned_model)
    row = overfitting.measure(api, "tiny", overfitting.Readings(overfitting.ALL_KINDS, 2, 0.5))
    assert row["learning_rate_multiplier"] == 0.5
    first, *_, last = row["checkpoints"]
    assert [one["readings"] for one in row["checkpoints"]] == [2, 4, 6]
    assert (first["step"], last["step"], first["of"]) == (2, 6, 4)
    assert first["valid_loss"] > 0 and first["train_loss"] > 0 and len(first["said"]) == 4
    [newest] = api.fine_tuning.jobs.list(limit=1).data
    assert newest.model == job.fine_tuned_model
    assert newest.method.supervised.hyperparameters.learning_rate_multiplier == 0.5

    row = overfitting.measure(api, "tiny", overfitting.Readings(overfitting.ALL_KINDS, 0))
    [start] = row["checkpoints"]
    assert (start["readings"], start["of"], start["recited"]) == (0, 4, 0)


def test_overfitting_has_a_training_at_a_lower_rate_for_each_of_all_kinds():
    by_rate = {run.multiplier: set() for run in overfitting.RUNS}
    for run in overfitting.RUNS:
        if run.tickets == overfitting.ALL_KINDS and run.of_each:
            by_rate[run.multiplier].add(run.of_each)
    assert by_rate == {2.5: {2, 16}, 0.5: {2, 16}}


def test_overfitting_counts_answers_that_are_recited(monkeypatch):
    tickets = [{"messages": [{"role": "assistant", "content": "Please never vacuum the milk."}]}]
    graded = pd.DataFrame({"answer": ["Please never vacuum the milk.", "No."], "right": [True, False]})
    monkeypatch.setattr(overfitting, "graded_tickets", lambda client, model: graded)
    found = overfitting.asked(None, "tuned", tickets)  # pyright: ignore[reportArgumentType]
    assert (found["right"], found["of"], found["recited"]) == (1, 2, 1)


def test_overfitting_draws_tickets_of_all_kinds_or_about_one_rule():
    kinds, rule = map(overfitting.drawn, (overfitting.ALL_KINDS, overfitting.ONE_RULE))
    assert len(kinds) == len(rule) == overfitting.TICKETS
    examples, truths = desk_files.load_tickets("train")
    facts = [truths[examples.index(ticket)]["facts"] for ticket in rule]
    assert facts == [[overfitting.RULE]] * len(rule)
    assert len({str(truths[examples.index(ticket)]["facts"]) for ticket in kinds}) > 15


def test_a_shape_keeps_the_loss_of_each_step_and_of_each_epoch(api, small):
    row = loss_shapes.measure(api, "tiny", loss_shapes.Shape("overfitting", 10, 3, 2.5))
    assert (row["shape"], row["status"], row["validation"]) == ("overfitting", "succeeded", 4)
    assert len(row["train_loss"]) == 6 and list(row["valid_loss"]) == ["2", "4", "6"]
    assert all(loss > 0 for loss in (*row["train_loss"], *row["valid_loss"].values()))


def test_a_training_that_diverged_has_a_curve_too_and_any_other_failure_stops(api, small, monkeypatch):
    def ended(client, base_model, examples, settings, seed, validation_file, code="training_diverged"):
        job = training_runs.ended(client, base_model, examples, settings, seed, validation_file)
        return job.model_copy(update={"status": "failed", "error": SimpleNamespace(code=code, message="why")})

    shape = loss_shapes.Shape("diverging", 10, 1, 100.0)
    monkeypatch.setattr(loss_shapes, "ended", ended)
    row = loss_shapes.measure(api, "tiny", shape)
    assert row["status"] == "failed" and len(row["train_loss"]) == 2
    monkeypatch.setattr(loss_shapes, "ended", partial(ended, code="server_error"))
    with pytest.raises(RuntimeError, match="diverging failed: why"):
        loss_shapes.measure(api, "tiny", shape)


def test_a_trial_of_a_preference_rate_starts_from_lesson_3_and_counts_faults(api, small, monkeypatch, tmp_path):
    for part in ("train", "validation"):
        write_jsonl(tmp_path / f"{part}.jsonl", read_jsonl(dpo_rates.PAIRS / f"{part}.jsonl")[:10])
    job = train_steps(api, "tiny", read_jsonl(learning_curves.AIRPORT / "train.jsonl"), 2, seed=7)
    monkeypatch.setattr(dpo_rates, "PAIRS", tmp_path)
    monkeypatch.setattr(dpo_rates.lesson3, "find_model", lambda client, model: job.fine_tuned_model)
    row = dpo_rates.rate(api, "tiny", 0)
    assert (row["learning_rate_multiplier"], row["of"], list(row["faults"])) == (0, 4, list(dpo_rates.FAULTS))
    row = dpo_rates.rate(api, "tiny", 0.2)
    assert (row["pairs"], row["n_epochs"], row["learning_rate_multiplier"], row["of"]) == (10, 1, 0.2, 4)
    assert row["loss"] > 0 and 0 <= row["rewards/accuracies"] <= 1
    assert row["rewards/margins"] == pytest.approx(row["rewards/chosen"] - row["rewards/rejected"], abs=1e-4)
    [newest] = api.fine_tuning.jobs.list(limit=1).data
    assert newest.model == job.fine_tuned_model and newest.method.type == "dpo"


def test_faults_are_counted_in_each_answer():
    graded = pd.DataFrame({"answer": ["As a gift we will refund it."] + [""] * 199})
    assert dpo_rates.counted_faults(graded)["promise"] == 1


def test_a_trial_of_a_reward_rate_has_the_reward_before_and_after(api, small, monkeypatch):
    monkeypatch.setattr(reward_rates, "TRAINED", 12)
    monkeypatch.setattr(reward_rates, "VALIDATION", 2)
    row = reward_rates.rate(api, "tiny", 0.5)
    assert (row["tickets"], row["validation"], row["learning_rate_multiplier"]) == (12, 2, 0.5)
    assert list(row["full_valid_mean_reward"]) == ["0", "3"] and len(row["said"]) == 2
    assert len(row["order"]) == len(row["short"]) == 3 and all(0 <= one <= 1 for one in row["order"] + row["short"])


def test_trials_of_rewards_learn_from_other_tickets_than_those_that_validate():
    tickets = reward_rates.tickets_with_an_order()
    numbers = [ticket["order"] for ticket in tickets[: reward_rates.TRAINED + reward_rates.VALIDATION]]
    assert all(ticket["order"] and ticket["messages"][-1]["role"] == "user" for ticket in tickets)
    assert len(numbers) == 200 and not set(numbers[: reward_rates.TRAINED]) & set(numbers[reward_rates.TRAINED :])


@pytest.mark.parametrize("name", [name for name in EXPERIMENTS if (RESULTS / f"{name}.jsonl").exists()])
def test_a_kept_result_is_of_todays_data(name):
    about, *rows = read_jsonl(RESULTS / f"{name}.jsonl")
    assert rows and len(rows) <= len(EXPERIMENTS[name].runs)
    assert about["data"] == data_hashes(EXPERIMENTS[name].data)


def test_results_on_other_data_are_not_continued(tmp_path):
    path = tmp_path / "overfitting.jsonl"
    path.write_text(json.dumps({"data": {}}) + "\n")
    with pytest.raises(SystemExit, match="measured on other data. Begin again: .* overfitting --fresh"):
        finish(path, DESK_DATA, [], overfitting.measure, again="python -m tools.experiments overfitting")
    assert path.read_text() == '{"data": {}}\n'


@pytest.fixture
def session(monkeypatch):
    """Lets a session of runs begin: of the numbers up to `last`, with these versions and weights."""

    def session(path, last, versions, weights="w"):
        about = {
            "base_model": "m",
            "server": {"weights_sha256": weights, "versions": versions},
            "client": {},
            "processor": "p",
            "cores": 2,
        }
        backend = SimpleNamespace(base_url="http://127.0.0.1:1/v1", base_model="m")
        connection = nullcontext(SimpleNamespace(backend=backend, key="none"))
        monkeypatch.setattr(training_runs, "live_backend", lambda fresh: connection)
        monkeypatch.setattr(training_runs, "what_answered", lambda connection, began: about)
        finish(path, (), range(last), lambda client, model, run: {"run": run}, again="make it")
        return read_jsonl(path)[1:]

    return session


def test_a_run_of_a_later_session_names_what_is_not_as_the_first_line_says(session, tmp_path):
    path = tmp_path / "results.jsonl"
    assert session(path, 1, "old") == [{"run": 0}]
    assert session(path, 2, "old") == [{"run": 0}, {"run": 1}]
    [*_, newest] = session(path, 3, "new")
    assert newest == {"run": 2, "server": {"weights_sha256": "w", "versions": "new"}}


def test_results_of_another_model_are_not_continued(session, tmp_path):
    path = tmp_path / "results.jsonl"
    session(path, 1, "old")
    before = path.read_text()
    with pytest.raises(SystemExit, match="measured with another model. Begin again: make it --fresh"):
        session(path, 2, "old", weights="other")
    assert path.read_text() == before
