"""Results that take long are kept, so they are held against today's data and settings here."""

import json

import pytest

from helpers.paths import DATA
from helpers.training_data import read_jsonl
from tools import experiments
from tools.lessons import T1000
from tools.provenance import data_hashes
from tools.training_runs import finish


@pytest.mark.parametrize("name", experiments.EXPERIMENTS)
def test_a_result_has_every_run_of_its_experiment_on_todays_data(name):
    about, *rows = read_jsonl(experiments.RESULTS / f"{name}.jsonl")
    everything = len(read_jsonl(DATA / "en" / "train.jsonl"))
    runs = [(run.examples or everything, run.n_epochs, run.seed) for run in experiments.EXPERIMENTS[name]]
    assert [(row["examples"], row["n_epochs"], row["seed"]) for row in rows] == runs
    assert about["data"] == data_hashes(T1000)


def test_results_on_other_data_are_not_continued(tmp_path):
    path = tmp_path / "epochs.jsonl"
    path.write_text(json.dumps({"data": {}}) + "\n")
    with pytest.raises(SystemExit, match="measured on other data. Begin again: .* epochs --fresh"):
        finish(path, T1000, [], experiments.measure, again="python -m tools.experiments epochs")
    assert path.read_text() == '{"data": {}}\n'
