"""Nothing in the request for a job is passed over: it is done, or refused with the name that was meant."""

import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from .. import needs

needs.training()

from finetune_server.protocol.errors import ApiError
from finetune_server.protocol.objects import file_object
from finetune_server.routes.job_request import NAMES, new_job
from finetune_server.store.store import Store

from ..local_server import lines, supervised, upload

FILE = file_object("train.jsonl", "fine-tune", 3)
IN_METHOD = "method.supervised.hyperparameters"
IN_DPO = "method.dpo.hyperparameters"
GRADER = {
    "type": "string_check",
    "name": "same",
    "input": "{{sample.output_text}}",
    "reference": "a",
    "operation": "eq",
}


@pytest.fixture(scope="module")
def job_of(tmp_path_factory):
    """The job that a request with these parameters makes."""
    store = Store(tmp_path_factory.mktemp("store"))
    store.put("file", FILE)
    return lambda **body: new_job({"model": "tiny", "training_file": FILE["id"]} | body, store, "tiny")


def dpo(**hyperparameters):
    return {"type": "dpo", "dpo": {"hyperparameters": hyperparameters}}


def method(**parts):
    return {"type": "supervised", "supervised": {}} | parts


@pytest.mark.parametrize(
    "body, param, meant",
    [
        ({"n_epoch": 3}, "n_epoch", f"{IN_METHOD}.n_epochs"),
        ({"n_epochs": 3}, "n_epochs", f"{IN_METHOD}.n_epochs"),
        ({"learning_rate": 1e-4}, "learning_rate", f"{IN_METHOD}.learning_rate_multiplier"),
        ({"hyperparameters": {"n_epoch": 3}}, "hyperparameters.n_epoch", "hyperparameters.n_epochs"),
        ({"hyperparameters": {"batchSize": 3}}, "hyperparameters.batchSize", "hyperparameters.batch_size"),
        ({"hyper_parameters": {"n_epochs": 3}}, "hyper_parameters", IN_METHOD),
        ({"trainingfile": "x"}, "trainingfile", "training_file"),
        ({"validation_files": "x"}, "validation_files", "validation_file"),
        ({"method": method(hyperparameters={})}, "method.hyperparameters", IN_METHOD),
        ({"method": method(supervised={"n_epochs": 2})}, "method.supervised.n_epochs", f"{IN_METHOD}.n_epochs"),
        ({"method": {"type": "supervised", "superwised": {}}}, "method.superwised", "method.supervised"),
        ({"lora": {"r": 8}}, "lora", None),
        ({"hyperparameters": {"lora_r": 8}}, "hyperparameters.lora_r", None),
        ({"method": method(supervised={"hyperparameters": {"lr": 0.1}})}, f"{IN_METHOD}.lr", None),
        ({"method": method(supervised={"hyperparameters": {"beta": 0.1}})}, f"{IN_METHOD}.beta", None),
        ({"method": dpo(n_epoch=3)}, f"{IN_DPO}.n_epoch", f"{IN_DPO}.n_epochs"),
        ({"method": dpo(), "beta": 0.1}, "beta", f"{IN_DPO}.beta"),
        ({"method": {"type": "dpo", "hyperparameters": {}}}, "method.hyperparameters", IN_DPO),
        ({"method": {"type": "dpo", "dpo": {"beta": 1}}}, "method.dpo.beta", f"{IN_DPO}.beta"),
    ],
)
def test_an_unknown_name_is_refused_and_the_right_one_is_told(job_of, body, param, meant):
    with pytest.raises(ApiError) as caught:
        job_of(**body)
    error = caught.value.body()["error"]
    assert (caught.value.status, error["param"], error["code"]) == (400, param, "unknown_parameter")
    hint = f"; did you mean '{meant}'?" if meant else "."
    assert error["message"] == f"This server does not know the parameter '{param}'{hint}"


@pytest.mark.parametrize(
    "body, param, words",
    [
        ({"method": supervised(n_epochs=2), "hyperparameters": {"n_epochs": 3}}, "hyperparameters", "not both"),
        ({"method": method(), "hyperparameters": {"n_epochs": 3}}, "hyperparameters", "not both"),
        ({"method": {"type": "supervised"}}, "method.supervised", "Missing required parameter"),
        ({"method": {"type": "supervised", "supervised": None}}, "method.supervised", "Missing required parameter"),
        ({"method": method(dpo={"hyperparameters": {"beta": 1}})}, "method.dpo", "does not belong to"),
        ({"method": {"type": "dpo"}}, "method.dpo", "Missing required parameter"),
        ({"method": dpo() | {"supervised": {"hyperparameters": {"n_epochs": 1}}}}, "method.supervised", "belong to"),
        ({"method": dpo(), "hyperparameters": {"n_epochs": 3}}, "hyperparameters", f"move them to '{IN_DPO}'"),
        ({"method": dpo(n_epochs=3), "hyperparameters": {"n_epochs": 3}}, "hyperparameters", "move them to"),
        ({"method": dpo(beta=0)}, f"{IN_DPO}.beta", "expected a value above 0 and at most 2, got 0"),
        ({"method": dpo(beta=2.1)}, f"{IN_DPO}.beta", "expected a value above 0 and at most 2, got 2.1"),
        ({"method": dpo(beta=float("nan"))}, f"{IN_DPO}.beta", "expected a value above 0"),
        ({"method": dpo(beta="0.1")}, f"{IN_DPO}.beta", "Invalid value"),
        ({"method": dpo(beta=True)}, f"{IN_DPO}.beta", "Invalid value"),
        ({"method": dpo(n_epochs=51)}, f"{IN_DPO}.n_epochs", "from 1 to 50"),
        ({"method": dpo(batch_size=257)}, f"{IN_DPO}.batch_size", "from 1 to 256"),
        ({"method": dpo(learning_rate_multiplier=0)}, f"{IN_DPO}.learning_rate_multiplier", "got 0"),
        ({"method": {"type": "reinforcement"}}, "method.reinforcement", "which holds the grader"),
        ({"method": {"type": "sft"}}, "method", "'supervised', 'dpo' and 'reinforcement', not 'sft'"),
        ({"method": {"type": ["sft"]}}, "method", "trains with the methods 'supervised', 'dpo' and"),
        ({"method": {}}, "method.type", "Field required"),
        ({"method": "supervised"}, "method", "Invalid value"),
        ({"method": {"type": "supervised", "supervised": 3}}, "method.supervised", "Invalid value"),
        ({"hyperparameters": []}, "hyperparameters", "Invalid value"),
        ({"model": None}, "model", "Field required"),
        ({"validation_file": ""}, "validation_file", "No such File"),
        ({"trainingType": "Elsewhere"}, "trainingType", "expected one of Standard, "),
        ({"metadata": {"a": None}}, "metadata.a", "valid string"),
        ({"integrations": {}}, "integrations", "no integrations"),
    ],
)
def test_what_contradicts_itself_or_is_not_there_is_refused(job_of, body, param, words):
    with pytest.raises(ApiError, match=words) as caught:
        job_of(**body)
    assert (caught.value.status, caught.value.param) == (400, param)


@pytest.mark.parametrize("under", NAMES)
def test_null_means_not_given(job_of, under):
    kind = next((kind for kind in ("dpo", "reinforcement") if under.startswith(f"method.{kind}")), "supervised")
    own, files = ({"grader": GRADER}, {"validation_file": FILE["id"]}) if kind == "reinforcement" else ({}, {})
    required = ("model", "training_file", "type", kind, *own)
    body = {name: None for name in [*NAMES[under], "of_another_program"] if name not in required}
    for name in reversed(under.split(".") if under else []):
        around = {"method": {"type": kind, kind: own}, kind: own}
        body = {name: around.get(name, {}) | body}
    told = lambda job: {name: value for name, value in job.items() if name not in ("id", "created_at", "seed")}
    assert told(job_of(**files, **body)) == told(job_of(**files, method={"type": kind, kind: own}))


@pytest.mark.parametrize(
    "body",
    [
        {"hyperparameters": {}},
        {"hyperparameters": {"n_epochs": "auto"}},
        {"integrations": []},
        {"metadata": {}},
        {"method": method(dpo={}, reinforcement=None)},
        {"method": supervised(n_epochs=2), "hyperparameters": {}},
        {"method": supervised(n_epochs=2), "hyperparameters": {"n_epochs": 2}},
        {"trainingType": "GlobalStandard"},
        {"seed": 0},
    ],
)
def test_what_changes_nothing_is_taken(job_of, body):
    job = job_of(**body)
    assert job["hyperparameters"]["n_epochs"] == (2 if "method" in body and "dpo" not in body["method"] else "auto")
    assert job["seed"] == body.get("seed", job["seed"])


def test_a_job_of_dpo_shows_its_method_and_no_older_hyperparameters(job_of):
    job = job_of(method=dpo(beta=0.5, n_epochs=2), hyperparameters={})
    shown = {"n_epochs": 2, "batch_size": "auto", "learning_rate_multiplier": "auto", "beta": 0.5}
    assert job["method"] == {"type": "dpo", "dpo": {"hyperparameters": shown}} and job["hyperparameters"] is None


@given(
    st.dictionaries(
        st.text(), st.none() | st.booleans() | st.integers() | st.text() | st.dictionaries(st.text(), st.integers())
    )
)
def test_whatever_is_sent_makes_a_job_or_is_refused_by_name(job_of, body):
    given = {name for name, value in body.items() if value is not None}
    try:
        job_of(**body)
    except ApiError as error:
        assert error.status == 400 and error.param is not None and any(map(error.param.startswith, given))
    else:
        assert given <= set(NAMES[""])


def test_the_client_sees_openais_error(api):
    with pytest.raises(openai.BadRequestError) as caught:
        api.fine_tuning.jobs.create(model="tiny", training_file=upload(api, lines(10)), extra_body={"n_epoch": 3})
    assert caught.value.code == "unknown_parameter" and caught.value.param == "n_epoch"
    assert caught.value.type == "invalid_request_error" and not list(api.fine_tuning.jobs.list())
