"""The base model under other names: programs that know OpenAI's names find it, and a store mixes nothing up."""

import subprocess
import sys

import openai
import pytest
import requests

from .. import needs

needs.training()

from finetune_server.store.aliases import BadAlias, aliases, base_model_of, set_aliases
from finetune_server.store.store import Store

from ..local_server import finished, lines, start, supervised, upload

MINI = "gpt-4o-mini-2024-07-18"
ASK = {"messages": [{"role": "user", "content": "hello"}], "max_tokens": 5, "temperature": 0}


@pytest.fixture(scope="module")
def api(store, model):
    return start(store, model, aliases=[MINI, "gpt-4.1"])


def test_it_answers_and_is_listed_under_each_name(api):
    said = api.chat.completions.create(model="tiny", **ASK).choices
    for name in (MINI, "gpt-4.1"):
        reply = api.chat.completions.create(model=name, **ASK)
        assert reply.choices == said and reply.model == name
        assert api.responses.create(model=name, input="hello").model == name
        assert api.models.retrieve(name).id == name
        with pytest.raises(openai.PermissionDeniedError):
            api.models.delete(name)
    assert [m.id for m in api.models.list()][:3] == ["tiny", MINI, "gpt-4.1"]
    assert requests.get(str(api.base_url).removesuffix("v1/"), timeout=60).json()["aliases"] == [MINI, "gpt-4.1"]
    with pytest.raises(openai.NotFoundError):
        api.chat.completions.create(model="gpt-4o", **ASK)


def test_a_model_tuned_under_an_alias_bears_it_and_can_be_trained_on(api):
    ask = dict(training_file=upload(api, lines(10)), method=supervised(n_epochs=2, batch_size=10))
    job = finished(api, api.fine_tuning.jobs.create(model=MINI, suffix="desk", **ask))
    assert (job.status, job.model) == ("succeeded", MINI)
    assert job.fine_tuned_model == f"ft:{MINI}:local:desk:{job.id[-8:]}"
    assert api.chat.completions.create(model=job.fine_tuned_model, **ASK).model == job.fine_tuned_model
    [_, first] = api.fine_tuning.jobs.checkpoints.list(job.id)
    assert api.chat.completions.create(model=first.fine_tuned_model_checkpoint, **ASK).choices
    more = finished(api, api.fine_tuning.jobs.create(model=job.fine_tuned_model, **ask))
    assert more.fine_tuned_model == f"ft:{MINI}:local::{more.id[-8:]}"
    own = finished(api, api.fine_tuning.jobs.create(model="tiny", **ask))
    assert own.fine_tuned_model == f"ft:tiny:local::{own.id[-8:]}"
    with pytest.raises(openai.BadRequestError, match=f"trains tiny or {MINI} or gpt-4.1"):
        api.fine_tuning.jobs.create(model="gpt-4o", **ask)


def test_what_was_tuned_under_an_alias_answers_without_it(tmp_path, database, model):
    store = Store(tmp_path, database)
    set_aliases(store, "tiny", [MINI])
    assert base_model_of(store, f"ft:{MINI}:local::x") == base_model_of(store, MINI) == "tiny"
    set_aliases(store, "tiny", [])
    assert aliases(store) == [] and base_model_of(store, f"ft:{MINI}:local::x:ckpt-step-5") == "tiny"
    set_aliases(store, "tiny", [MINI])
    assert [alias["id"] for alias in aliases(store)] == [MINI]
    store.close()


def test_a_name_never_stands_for_two_models(tmp_path, database):
    store = Store(tmp_path, database)
    set_aliases(store, "tiny", [MINI])
    store.put("model", {"id": "ft:small:local::x", "folder": "model-1"})
    store.put("job", {"id": "ftjob-1", "model": "large"})
    for base, names, words in [
        ("other", [MINI], f"{MINI} already stands for tiny"),
        ("tiny", ["tiny"], "tiny already stands for tiny"),
        ("tiny", ["small"], "small already stands for small"),
        ("tiny", ["large"], "large already stands for large"),
        (MINI, [], f"{MINI} is an alias of tiny"),
    ]:
        with pytest.raises(BadAlias, match=words):
            set_aliases(store, base, names)
    assert [alias["id"] for alias in aliases(store)] == [MINI]
    set_aliases(store, "other", ["gpt-4.1"])
    assert base_model_of(store, MINI) == "tiny" and base_model_of(store, "gpt-4.1") == "other"
    store.close()


@pytest.mark.parametrize("name", ["a:b", "", "a/b", "x" * 65])
def test_the_command_refuses_what_is_no_name(name):
    command = [sys.executable, "-m", "finetune_server", "--alias", name]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 2 and "is not a name" in ended.stderr
