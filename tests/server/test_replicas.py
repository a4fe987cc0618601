"""Answers by two replicas of the model on a real Ray cluster of two nodes, beside those of the server by itself."""

import json
from concurrent.futures import ThreadPoolExecutor

import openai
import pytest

from .. import needs

needs.training()
needs.ray()

from ..local_server import Server, finished, lines, supervised, until, upload

PATIENCE = 900  # seconds; Ray starts a process for each replica, and that loads torch
MODELS, CLIENTS = 6, 30
SCHEMA = {
    "type": "object",
    "properties": {"kind": {"type": "string", "enum": ["a", "b"]}},
    "required": ["kind"],
    "additionalProperties": False,
}
FORM = {"type": "json_schema", "json_schema": {"name": "kind", "schema": SCHEMA, "strict": True}}


@pytest.fixture(scope="module")
def alone(tmp_path_factory, model):
    """A server by itself with six tuned models, their names, and what all say."""
    server = Server(tmp_path_factory.mktemp("store") / "store", model)
    server.start(PATIENCE)
    jobs = []
    for n in range(MODELS):
        file = upload(server.api, lines(10, messages=[*asked(f"question {n}"), answer(f"answer {n} {n}")]))
        method = supervised(n_epochs=5, batch_size=5)
        jobs.append(server.api.fine_tuning.jobs.create(model="tiny", training_file=file, seed=n, method=method))
    tuned = [finished(server.api, job, PATIENCE).fine_tuned_model for job in jobs]
    said = [says(server.api, name) for name in ["tiny", *tuned]]
    assert len(set(said)) > MODELS // 2, "the models say the same: their answers tell nothing"
    server.kill()
    return server, tuned, said


@pytest.fixture(scope="module")
def replicated(alone, nodes):
    """The same store behind a server whose replicas answer."""
    server = Server(alone[0].store, alone[0].model, options=("--cluster", nodes.address, "--cluster-replicas", "2"))
    server.start(PATIENCE)
    yield server
    server.kill()


def asked(text):
    return [{"role": "user", "content": text}]


def answer(text):
    return {"role": "assistant", "content": text}


def says(api, name, **settings):
    settings = {"max_tokens": 12, "temperature": 0, "messages": asked("question 3")} | settings
    return api.chat.completions.create(model=name, **settings).choices[0].message.content


def test_six_tuned_models_on_two_replicas_say_what_they_say_here(alone, replicated):
    _, tuned, said = alone
    assert [says(replicated.api, name) for name in ["tiny", *tuned]] == said


def test_thirty_clients_at_once_are_all_answered(alone, replicated):
    _, tuned, said = alone
    names = [["tiny", *tuned][n % (MODELS + 1)] for n in range(CLIENTS)]
    with ThreadPoolExecutor(CLIENTS) as clients:
        answers = list(clients.map(lambda name: says(replicated.api, name), names))
    assert answers == [said[n % (MODELS + 1)] for n in range(CLIENTS)]


def test_an_answer_grows_and_may_be_held_to_a_form(alone, replicated):
    _, tuned, said = alone
    settings = {"max_tokens": 12, "temperature": 0, "stream": True}
    chunks = [*replicated.api.chat.completions.create(model=tuned[0], messages=asked("question 3"), **settings)]
    assert len(chunks) > 3 and "".join(c.choices[0].delta.content or "" for c in chunks) == said[1]
    assert json.loads(says(replicated.api, tuned[1], response_format=FORM, max_tokens=60))["kind"] in ("a", "b")


def test_who_hangs_up_while_an_answer_grows_leaves_the_replicas_to_others(alone, replicated):
    _, tuned, said = alone
    impatient = replicated.api.with_options(timeout=0.01)
    for _ in range(CLIENTS):
        with pytest.raises(openai.APITimeoutError):
            says(impatient, tuned[0], max_tokens=400, temperature=1)
    assert says(replicated.api.with_options(timeout=60), tuned[1]) == said[2]


def test_a_model_that_is_not_there_is_named(replicated):
    with pytest.raises(openai.NotFoundError, match="ft:tiny:local::nobody"):
        says(replicated.api, "ft:tiny:local::nobody")


def test_a_job_that_the_replicas_leave_no_room_for_fails_at_once(replicated):
    api = replicated.api
    job = api.fine_tuning.jobs.create(model="tiny", training_file=upload(api, lines(12)))
    job = until(api, job, lambda job: job.status == "failed", PATIENCE)
    assert "2 replicas answer" in job.error.message


def test_a_lost_replica_is_replaced(alone, replicated, nodes):
    _, tuned, said = alone
    nodes.kill(nodes.nodes.pop())
    assert says(replicated.api.with_options(max_retries=5), tuned[2]) == said[3]
    nodes.nodes.append(nodes.add_node())
    assert says(replicated.api.with_options(max_retries=5), tuned[4]) == said[5]


def test_the_replicas_of_a_killed_server_make_room_for_those_of_the_next(alone, replicated):
    _, tuned, said = alone
    replicated.kill()
    replicated.start(PATIENCE)
    assert says(replicated.api, tuned[5]) == said[6]
