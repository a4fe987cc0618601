"""A request waits as long as its client does, and the client is told what went wrong meanwhile."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import openai
import pytest

from .. import needs

needs.training()

from finetune_server.inference import local_engine
from finetune_server.inference.admission import Admission
from finetune_server.inference.sequence import Sequence

from ..local_server import finished, lines, supervised, upload, wait

SHORT = {"messages": [{"role": "user", "content": "hello"}], "max_tokens": 1, "temperature": 1, "seed": 1}
LONG = SHORT | {"max_tokens": 450}  # with the prompt less than the 512 tokens of the tiny model's context


@pytest.fixture
def tokens(api, monkeypatch):
    """The times at which tokens were drawn; no answer ends by itself, and each token takes a while."""
    api.chat.completions.create(model="tiny", **SHORT)  # loads the model, which nobody is to wait for
    drawn = []

    def append_slowly(sequence, token, end_ids, seconds):
        drawn.append(time.monotonic())
        time.sleep(0.01)
        append(sequence, token, set(), seconds)

    append = Sequence.append
    monkeypatch.setattr(Sequence, "append", append_slowly)
    return drawn


def stops(tokens, within=60.0):
    """Does it stop to draw tokens before the answer's end?"""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if tokens and time.monotonic() - tokens[-1] > 1:
            return len(tokens) < LONG["max_tokens"]
        time.sleep(0.05)
    return False


def test_a_stream_that_nobody_reads_on_ends(api, tokens):
    with api.chat.completions.create(model="tiny", stream=True, **LONG) as chunks:
        for _ in range(10):
            next(iter(chunks))
    assert stops(tokens)


def test_an_answer_that_nobody_waits_for_ends(api, tokens):
    with pytest.raises(openai.APITimeoutError):
        api.with_options(timeout=2).chat.completions.create(model="tiny", **LONG)
    assert stops(tokens)


def test_many_who_wait_for_answers_hold_up_nobody_else(api, monkeypatch):
    go, arrived = threading.Event(), []
    append, put = Sequence.append, Admission.put
    monkeypatch.setattr(Sequence, "append", lambda *token: (go.wait(60), append(*token)))
    monkeypatch.setattr(Admission, "put", lambda *sequence: (arrived.append(1), put(*sequence)))
    with ThreadPoolExecutor(45) as pool:
        asked = [pool.submit(lambda: api.chat.completions.create(model="tiny", **SHORT)) for _ in range(45)]
        try:
            wait(lambda: len(arrived) == len(asked))
            upload(api.with_options(timeout=30), lines(10))
            assert not any(one.done() for one in asked)
        finally:
            go.set()
        assert all(one.result().choices for one in asked)


def test_weights_that_cannot_be_read_are_an_error_for_a_stream_too(api, store):
    job = api.fine_tuning.jobs.create(model="tiny", training_file=upload(api, lines(10)), method=supervised(n_epochs=1))
    tuned = finished(api, job).fine_tuned_model
    newest = max(store.glob("models/*"), key=lambda folder: folder.stat().st_mtime)
    (newest / "adapter_model.safetensors").write_bytes(b"garbage")
    with pytest.raises(openai.InternalServerError, match="train the model again"):
        api.chat.completions.create(model=tuned, messages=LONG["messages"], stream=True)
    with pytest.raises(openai.InternalServerError, match="train the model again"):
        api.responses.create(model=tuned, input="hello", stream=True)


def test_what_goes_wrong_in_the_middle_of_a_stream_is_told(api, monkeypatch):
    def fail_later(sequence, token, end_ids, seconds):
        if sequence._produced:
            raise MemoryError("no room")
        append(sequence, token, set(), seconds)  # else an answer may be over with its first token

    append = Sequence.append
    monkeypatch.setattr(Sequence, "append", fail_later)
    with pytest.raises(openai.APIError, match="no room"):
        list(api.chat.completions.create(model="tiny", stream=True, **LONG))
    events = [*api.responses.create(model="tiny", input="hello", stream=True)]
    assert events[-1].type == "error" and "no room" in events[-1].message


def test_a_model_of_another_base_does_not_answer(tmp_path, model):
    from finetune_server.protocol.errors import ApiError
    from finetune_server.routes.models import check_can_answer
    from finetune_server.store.store import Store

    store = Store(tmp_path)
    store.put("model", {"id": "ft:tiny:local::x", "folder": "model-1"})
    check_can_answer(store, "tiny", "ft:tiny:local::x")
    with pytest.raises(ApiError, match="start the server with that one"):
        check_can_answer(store, "tiny-2", "ft:tiny:local::x")


def test_two_models_are_kept_and_never_three(api, monkeypatch):
    models = local_engine.LocalEngine.__new__(local_engine.LocalEngine)
    models._loaded, kept = local_engine.OrderedDict(), []
    monkeypatch.setattr(models, "_load", lambda name: kept.append(len(models._loaded)) or name, raising=False)
    assert [models._model(name) for name in "abcacb"] == list("abcacb")
    assert list(models._loaded) == ["c", "b"] and max(kept) == 1
