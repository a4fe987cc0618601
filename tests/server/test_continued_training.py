"""A tuned model, or one of its checkpoints, is trained on: what it learned before is where the next job starts."""

import openai
import pytest

from .. import needs

needs.training()

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

from finetune_server.protocol.objects import base_in_name
from finetune_server.store.store import Store
from finetune_server.training import resume, trainer
from finetune_server.training.trainer import Settings, Training

from .. import openapi
from ..local_server import finished, lines, messages, pause_after, start, supervised, until, upload
from .curves import loss_curve

QUESTION = [{"role": "user", "content": "question 3"}]


def train(api, model, n_epochs=2, **request):
    method = supervised(n_epochs=n_epochs, batch_size=5, learning_rate_multiplier=20)
    file = upload(api, lines(10))
    return api.fine_tuning.jobs.create(model=model, training_file=file, method=method, seed=5, **request)


@pytest.fixture(scope="module")
def first(api):
    return finished(api, train(api, "tiny"))


@pytest.fixture(scope="module")
def second(api, first):
    return finished(api, train(api, first.fine_tuned_model, suffix="more"))


@pytest.fixture(scope="module")
def adapter(store, second):
    """Where the second model's adapter is kept: the newest folder, for this is asked for as soon as it is there."""
    return max(store.glob("models/*"), key=lambda folder: folder.stat().st_mtime_ns)


def greedy(api, model):
    reply = api.chat.completions.create(model=model, messages=QUESTION, max_tokens=12, temperature=0, logprobs=True)
    return [token.logprob for token in reply.choices[0].logprobs.content], reply.choices[0].message.content


@torch.no_grad()
def greedy_of_peft(base, adapter):
    """The same from the saved adapter, by PEFT and transformers alone."""
    tokenizer = AutoTokenizer.from_pretrained(base)
    model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32), adapter).eval()
    prompt = tokenizer.apply_chat_template(QUESTION, tokenize=False, add_generation_prompt=True)
    ids, logprobs = tokenizer(prompt, add_special_tokens=False, return_tensors="pt")["input_ids"], []
    start = ids.shape[1]
    while len(logprobs) < 12:
        following = model(input_ids=ids).logits[0, -1].log_softmax(-1)
        token = following.argmax()
        if token == tokenizer.eos_token_id or tokenizer.decode(token) == "<s>":
            break
        logprobs.append(following[token].item())
        ids = torch.cat([ids, token.view(1, 1)], dim=1)
    return logprobs, tokenizer.decode(ids[0, start:])


def test_the_second_model_answers_as_its_saved_adapter_does(api, model, first, second, adapter):
    logprobs, text = greedy(api, second.fine_tuned_model)
    expected, expected_text = greedy_of_peft(model, adapter)
    assert text == expected_text and logprobs == pytest.approx(expected, abs=1e-3)
    assert greedy(api, first.fine_tuned_model)[0] != logprobs


def test_the_job_names_the_model_it_started_from_and_the_new_one_is_named_after_the_base(api, first, second):
    assert second.status == "succeeded" and second.model == first.fine_tuned_model
    assert second.fine_tuned_model == f"ft:tiny:local:more:{second.id[-8:]}"
    openapi.accepts(api.get(f"/fine_tuning/jobs/{second.id}", cast_to=object), "get", f"/fine_tuning/jobs/{second.id}")


def test_it_goes_on_from_what_was_learned(api, first, second):
    one, two = loss_curve(api, first).train_loss, loss_curve(api, second).train_loss
    assert two.iloc[0] < one.iloc[-1] < one.iloc[0] and two.iloc[-1] < two.iloc[0]


def test_a_checkpoint_can_be_trained_on(api, first):
    earliest = list(api.fine_tuning.jobs.checkpoints.list(first.id))[-1]
    job = finished(api, train(api, earliest.fine_tuned_model_checkpoint, n_epochs=1))
    assert job.status == "succeeded" and job.model.endswith(":ckpt-step-2")
    assert job.fine_tuned_model == f"ft:tiny:local::{job.id[-8:]}"
    # It repeats the second epoch of the first job but for the order: it starts where that epoch started.
    assert loss_curve(api, job).train_loss.iloc[0] == pytest.approx(loss_curve(api, first).train_loss.iloc[2], rel=0.2)


def test_a_model_that_is_deleted_while_the_job_waits_fails_it(api):
    doomed = finished(api, train(api, "tiny", n_epochs=1)).fine_tuned_model
    long = until(api, train(api, "tiny", n_epochs=50), lambda job: job.status == "running")
    waiting = until(api, train(api, doomed), lambda job: job.status == "queued")
    assert messages(api, waiting)[-1] == "Job is queued behind 1 job"
    api.models.delete(doomed)
    api.fine_tuning.jobs.cancel(long.id)
    job = finished(api, waiting)
    assert (job.status, job.error.code, job.error.param) == ("failed", "model_not_found", "model")
    assert job.error.message == f"The model {doomed}, which the job starts from, was deleted: name another one."
    assert finished(api, train(api, "tiny", n_epochs=1)).status == "succeeded"


def test_a_model_that_is_deleted_while_the_training_loads_fails_it(api, monkeypatch):
    doomed = finished(api, train(api, "tiny", n_epochs=1)).fine_tuned_model
    load = trainer.load_to_continue

    def too_late(*arguments):
        api.models.delete(doomed)
        return load(*arguments)

    monkeypatch.setattr(trainer, "load_to_continue", too_late)
    job = finished(api, train(api, doomed))
    assert (job.status, job.error.code, job.error.param) == ("failed", "model_not_found", "model")


def test_a_paused_job_goes_on_as_one_that_was_not(api, first, monkeypatch):
    whole = finished(api, train(api, first.fine_tuned_model, n_epochs=10))
    pause_after(3, api, monkeypatch)
    job = until(api, train(api, first.fine_tuned_model, n_epochs=10), lambda job: job.status == "paused")
    api.fine_tuning.jobs.resume(job.id)
    job = finished(api, job)
    assert job.status == "succeeded" and loss_curve(api, job).equals(loss_curve(api, whole))


@pytest.mark.parametrize("name", ["ft:tiny:local:none:12345678", "ft:other:local::12345678", "ft:tiny"])
def test_a_model_that_is_not_there_is_refused(api, name):
    with pytest.raises(openai.BadRequestError, match="this server trains tiny") as caught:
        train(api, name)
    assert (caught.value.param, caught.value.code) == ("model", "model_not_available")


def test_a_model_of_another_base_is_refused(tmp_path, model):
    store = Store(tmp_path)
    store.put("model", {"id": "ft:other:local::1", "object": "model", "created": 0, "owned_by": "local", "folder": "x"})
    store.close()
    with pytest.raises(openai.BadRequestError, match="this server trains tiny"):
        train(start(tmp_path, model), "ft:other:local::1")


@pytest.mark.parametrize("base", ["tiny", "SmolLM2-135M-Instruct", "a:b"])
def test_the_base_is_read_from_a_name(base):
    for name in (base, f"ft:{base}:local::abc", f"ft:{base}:local:a:local:b:abc", f"ft:{base}:local::abc:ckpt-step-9"):
        assert base_in_name(name) == base


def test_a_training_that_is_killed_goes_on_from_its_saved_state(model, tmp_path):
    turns = lambda i: [{"role": "user", "content": f"q {i}"}, {"role": "assistant", "content": f"a {i * i}"}]
    examples = [{"messages": turns(i)} for i in range(10)]
    begin = lambda start: Training(model, examples, [], Settings(2, 5, 20.0, seed=1), start=start)
    base = begin(None)
    list(base.steps())
    base.save(tmp_path / "adapter")
    whole, half, rest = (begin(tmp_path / "adapter") for _ in range(3))
    losses = [step.train["loss"] for step in whole.steps()]
    steps = half.steps()
    seen = [next(steps).train["loss"]]
    resume.save_state(half, tmp_path / "state")
    state = resume.read_state(tmp_path / "state")
    assert resume.fits(rest, state)
    resume.restore(rest, state)
    assert seen + [step.train["loss"] for step in rest.steps()] == losses
    for (name, a), (_, b) in zip(resume.adapters(whole), resume.adapters(rest), strict=True):
        assert a.equal(b), name
