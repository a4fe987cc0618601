"""Experiments take hours, so here they run with a tiny model for two steps; results that are kept fit today's data."""

import json
from collections import Counter
from functools import partial
from types import SimpleNamespace

import pytest

from helpers.t1000 import desk_files
from helpers.training_data import read_jsonl
from tools import training_runs
from tools.desk import settings_trials
from tools.experiments import forgetting, learning_curves, loss_shapes, overfitting, right_answers
from tools.experiments.__main__ import EXPERIMENTS
from tools.experiments.experiment import BATCH_SIZE, DESK_STEPS, RESULTS, again_and_again
from tools.provenance import data_hashes
from tools.training_runs import finish

STEPS = 2


@pytest.fixture
def small(monkeypatch):
    """Trainings of two steps, and few questions."""
    load = desk_files.load_tickets
    few = lambda part, language="en": (
        tuple(some[:4] for some in load(part, language)) if part != "train" else load(part)
    )
    for module in (desk_files, settings_trials):
        monkeypatch.setattr(module, "load_tickets", few)
    for module in (learning_curves, forgetting):
        monkeypatch.setattr(module, "DESK_STEPS", STEPS)
    monkeypatch.setattr(learning_curves, "AIRPORT_STEPS", STEPS)
    monkeypatch.setattr(settings_trials, "MAX_TOKENS", 8)


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


def test_draws_differ_by_their_seed_and_repeat():
    draw = learning_curves.Draw(50, 1)
    assert draw.of(5_911) == draw.of(5_911) != learning_curves.Draw(50, 2).of(5_911)
    assert sorted(learning_curves.Draw(None, 1).of(7)) == list(range(7))
    assert all(count == 3 for count in Counter(run.examples for run in learning_curves.DESK_CURVE.runs).values())


def test_every_training_of_the_desk_reads_as_many_lines_and_the_largest_reads_all():
    everything = len(desk_files.load_tickets("train")[0])
    assert len(again_and_again([{}] * 10, 25)) == 25
    assert (DESK_STEPS - 1) * BATCH_SIZE < everything <= DESK_STEPS * BATCH_SIZE


def test_forgetting_trains_without_refusals_and_mixes_in_a_tenth():
    refuses = lambda example: right_answers.TURNED_AWAY in example["messages"][-1]["content"]
    everything, without, mixed = map(forgetting.lines_of, (forgetting.ALL, forgetting.WITHOUT, forgetting.MIXED))
    assert len(everything) - len(without) == sum(map(refuses, everything)) > 200
    assert not any(map(refuses, without)) and not any(map(refuses, mixed))
    general = [example for example in mixed if example["messages"][0]["role"] == "user"]
    assert abs(len(general) - len(mixed) / 10) < 1 and len({json.dumps(example) for example in general}) == 60


def test_forgetting_shares_its_first_training_with_the_curve():
    places = learning_curves.Draw(None, forgetting.SEED).of(len(desk_files.load_tickets("train")[0]))
    examples, _ = desk_files.load_tickets("train")
    assert forgetting.lines_of(forgetting.ALL) == [examples[n] for n in places]


def test_forgetting_counts_what_is_right_and_what_is_turned_away(api, small):
    row = forgetting.measure(api, "tiny", forgetting.BASE)
    assert (row["training"], row["of"], row["general_of"], len(row["said"])) == ("base", 4, 60, 60)
    assert row["turned_away"] == 0 and "steps" not in row
    row = forgetting.measure(api, "tiny", forgetting.WITHOUT)
    assert row["steps"] == STEPS and len(lines_trained(api)) == STEPS * BATCH_SIZE


def test_overfitting_grades_each_checkpoint(api, small, monkeypatch):
    monkeypatch.setattr(overfitting, "EXAMPLES", 8)
    row = overfitting.measure(api, "tiny", overfitting.Readings(2, 10.0))
    first, *_, last = row["checkpoints"]
    assert [one["readings"] for one in row["checkpoints"]] == [2, 4, 6]
    assert (first["step"], last["step"], first["of"], first["general_of"]) == (2, 6, 4, 60)
    assert first["valid_loss"] > 0 and row["learning_rate_multiplier"] == 10.0


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


@pytest.mark.parametrize("name", [name for name in EXPERIMENTS if (RESULTS / f"{name}.jsonl").exists()])
def test_a_kept_result_is_of_todays_data(name):
    about, *rows = read_jsonl(RESULTS / f"{name}.jsonl")
    assert rows and len(rows) <= len(EXPERIMENTS[name].runs)
    assert about["data"] == data_hashes(EXPERIMENTS[name].data)


def test_results_on_other_data_are_not_continued(tmp_path):
    path = tmp_path / "overfitting.jsonl"
    path.write_text(json.dumps({"data": {}}) + "\n")
    with pytest.raises(SystemExit, match="measured on other data. Begin again: .* overfitting --fresh"):
        finish(path, settings_trials.USED, [], overfitting.measure, again="python -m tools.experiments overfitting")
    assert path.read_text() == '{"data": {}}\n'
