"""Direct preference optimization: its arithmetic against the paper's formula, and its jobs through the real client."""

import math
from contextlib import suppress

import openai
import pytest

from .. import needs

needs.training()

import torch
from transformers import AutoTokenizer

from finetune_server.training import dpo as dpo_method
from finetune_server.training import resume, trainer
from finetune_server.training.trainer import Settings, Training

from .. import openapi
from ..local_server import (
    Server,
    dpo,
    events,
    finished,
    lines,
    messages,
    pairs,
    pause_after,
    steps_told,
    supervised,
    until,
    upload,
)
from .curves import loss_curve, result_table

BETA = 0.3
PATIENCE = 600  # seconds, for a process of its own
REFERENCE_EVENT = "Reference log-probabilities of all pairs measured"
MEASURES = ["loss", "rewards/chosen", "rewards/rejected", "rewards/accuracies", "rewards/margins"]
HYPERPARAMETERS = {"n_epochs": 8, "batch_size": 4, "learning_rate_multiplier": 5.0, "beta": BETA}


@pytest.fixture(scope="module", autouse=True)
def in_float32():
    """What the hardware would choose is not asked, for figures are compared."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trainer, "faster_in_half", lambda device: False)
        yield


def pair(i):
    turn = lambda role, content: {"role": role, "content": content}
    return {
        "input": {"messages": [turn("user", f"question {'so ' * i}")]},
        "preferred_output": [turn("assistant", f"Yes please, {i}")],
        "non_preferred_output": [turn("assistant", f"no {'no ' * (i % 3)}")],
    }


def training_of(model, n=6, start=None, **settings):
    given = {"n_epochs": 2, "batch_size": 3, "learning_rate_multiplier": 5.0, "beta": BETA} | settings
    settings = Settings(**given, seed=1, method="dpo")
    return Training(model, [pair(i) for i in range(n)], [pair(9), pair(10)], settings, start=start)


def logprob(model, tokenizer, pair, side):
    """Of an answer given its input, the plainest way: the whole text, one row, all logits."""
    text = lambda turns, prompt: tokenizer(
        tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=prompt), add_special_tokens=False
    )["input_ids"]
    turns = pair["input"]["messages"]
    before, ids = text(turns, True), text(turns + pair[side], False)
    spoken = model(input_ids=torch.tensor([ids])).logits[0, :-1].log_softmax(-1)
    return spoken[range(len(before) - 1, len(ids) - 1), ids[len(before) :]].sum()


def by_hand(training, folder, pairs):
    """Loss and rewards as TRL computes them from Rafailov et al. 2023, equation 7; the reference without adapters."""
    tokenizer, model = AutoTokenizer.from_pretrained(folder), training.model
    sides = ("preferred_output", "non_preferred_output")
    policy = [torch.stack([logprob(model, tokenizer, pair, side) for pair in pairs]) for side in sides]
    with model.disable_adapter(), torch.no_grad():
        reference = [torch.stack([logprob(model, tokenizer, pair, side) for pair in pairs]) for side in sides]
    logits = (policy[0] - policy[1]) - (reference[0] - reference[1])
    return -torch.nn.functional.logsigmoid(BETA * logits).mean(), [
        (BETA * (p - r)).detach() for p, r in zip(policy, reference, strict=True)
    ]


def gradients(training):
    return torch.cat([p.grad.flatten() for _, p in resume.adapters(training) if p.grad is not None])


def test_at_the_start_the_loss_is_that_of_a_coin(model):
    training = training_of(model)
    step = next(training.steps())
    assert step.train["loss"] == pytest.approx(math.log(2), abs=1e-5)
    assert step.train["rewards/margins"] == pytest.approx(0, abs=1e-4)


def test_in_half_precision_it_learns_nearly_the_same(model, monkeypatch):
    whole = [step.train["loss"] for step in training_of(model, n_epochs=4).steps()]
    monkeypatch.setattr(trainer, "faster_in_half", lambda device: True)
    halved = [step.train["loss"] for step in training_of(model, n_epochs=4).steps()]
    assert halved[0] == pytest.approx(math.log(2), abs=0.01) and whole[-1] < 0.6
    assert halved == pytest.approx(whole, rel=0.05) and halved != whole


def test_a_step_follows_the_papers_formula(model):
    training = training_of(model)
    list(training.measure_references())
    torch.manual_seed(0)
    for name, parameter in resume.adapters(training):
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=0.2)
    training.model.eval()
    measured = training._learn(training.examples)
    ours = gradients(training)
    training.model.zero_grad()
    loss, (chosen, rejected) = by_hand(training, model, [pair(i) for i in range(6)])
    loss.backward()
    assert measured == pytest.approx(
        {
            "loss": loss.item(),
            "rewards/chosen": chosen.mean().item(),
            "rewards/rejected": rejected.mean().item(),
            "rewards/accuracies": (chosen > rejected).float().mean().item(),
            "rewards/margins": (chosen - rejected).mean().item(),
        },
        rel=1e-3,
        abs=1e-5,
    )
    assert abs(measured["loss"] - math.log(2)) > 0.01  # else nothing was compared
    assert torch.allclose(ours, gradients(training), rtol=1e-3, atol=1e-5)


def test_a_model_that_is_trained_on_is_its_own_reference(model, tmp_path):
    first = training_of(model)
    last = list(first.steps())[-1]
    assert last.train["loss"] < 0.69
    first.save(tmp_path / "adapter")
    again = next(training_of(model, start=tmp_path / "adapter").steps())
    assert again.train["loss"] == pytest.approx(math.log(2), abs=1e-5)


@pytest.mark.parametrize("batches", [1, 2])
def test_the_reference_is_measured_once_also_by_a_training_that_was_killed(model, tmp_path, monkeypatch, batches):
    monkeypatch.setattr(dpo_method, "REFERENCE_BATCH", 3)
    whole = training_of(model)
    assert len(list(whole.measure_references())) == 3 and list(whole.measure_references()) == []
    killed = training_of(model)
    work = killed.measure_references()
    for _ in range(batches):
        next(work)
    resume.save_state(killed, tmp_path / "state")
    state = resume.read_state(tmp_path / "state")
    rest = training_of(model)
    assert resume.fits(rest, state) and not resume.fits(training_of(model, n=5), state)
    resume.restore(rest, state)
    assert len(list(rest.measure_references())) == 3 - batches
    assert torch.stack(resume.references(rest)).equal(torch.stack(resume.references(whole)))


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_training_that_goes_on_is_the_training_it_was(model, tmp_path, n):
    whole, half, rest = training_of(model), training_of(model), training_of(model)
    all_steps = list(whole.steps())
    steps = half.steps()
    first = [next(steps) for _ in range(n)]
    resume.save_state(half, tmp_path / "state")
    resume.restore(rest, resume.read_state(tmp_path / "state"))
    assert first + list(rest.steps()) == all_steps
    for (name, a), (_, b) in zip(resume.adapters(whole), resume.adapters(rest), strict=True):
        assert a.equal(b), name


def create(api, model="tiny", n=16, held_out=6, **hyperparameters):
    return api.fine_tuning.jobs.create(
        model=model,
        training_file=upload(api, pairs(n)),
        validation_file=upload(api, pairs(n + held_out).split(b"\n", n)[n]),
        seed=3,
        method=dpo(**HYPERPARAMETERS | hyperparameters),
    )


@pytest.fixture(scope="module")
def trained(api):
    return finished(api, create(api))


def test_the_preferred_answers_win_also_where_they_were_not_learned_from(api, trained):
    assert trained.status == "succeeded"
    curve = loss_curve(api, trained)
    assert len(curve) == 32 and curve["train_loss"].iloc[0] == pytest.approx(math.log(2), abs=1e-4)
    assert curve["train_loss"].iloc[-1] < 0.3 and curve["full_valid_loss"].iloc[-1] < 0.5
    held_out = curve["full_valid_rewards/accuracies"].dropna()
    assert held_out.index.tolist() == list(range(4, 33, 4)) and held_out.iloc[-1] == 1
    margins = curve["full_valid_rewards/chosen"] - curve["full_valid_rewards/rejected"]
    assert margins.dropna().tolist() == pytest.approx(curve["full_valid_rewards/margins"].dropna().tolist(), abs=1e-4)


def test_the_job_and_its_events_tell_what_was_done(api, trained):
    shown = api.get(f"/fine_tuning/jobs/{trained.id}", cast_to=object)
    assert shown["method"] == {"type": "dpo", "dpo": {"hyperparameters": HYPERPARAMETERS}}
    assert shown["hyperparameters"] is None and trained.method.dpo.hyperparameters.beta == BETA
    openapi.accepts(shown, "get", f"/fine_tuning/jobs/{trained.id}")
    said = [message for message in messages(api, trained) if not message.startswith("Step")]
    assert said[3:5] == ["Fine-tuning job started", REFERENCE_EVENT] and said.count(REFERENCE_EVENT) == 1
    first = next(event for event in events(api, trained) if event.type == "metrics")
    assert first.message.startswith("Step 1/32: training loss=0.69")
    assert list(first.data) == ["step", "total_steps", *[f"{p}_{m}" for p in ("train", "valid") for m in MEASURES]]
    saved = api.fine_tuning.jobs.checkpoints.list(trained.id).data
    assert [c.step_number for c in saved] == [32, 28, 24]
    assert getattr(saved[0].metrics, "full_valid_rewards/accuracies") == 1


def test_the_result_file_has_every_measure(api, trained):
    table, curve = result_table(api, trained), loss_curve(api, trained)
    assert list(table.columns) == [f"{p}_{m}" for p in ("train", "valid", "full_valid") for m in MEASURES]
    assert table.equals(curve[list(table.columns)])


def test_what_is_auto_is_resolved_and_shown(api):
    file = upload(api, pairs(40))
    job = api.fine_tuning.jobs.create(model="tiny", training_file=file, method={"type": "dpo", "dpo": {}})
    asked = dict.fromkeys(HYPERPARAMETERS, "auto")
    assert job.method.dpo.hyperparameters.to_dict() == asked and job.validation_file is None
    job = until(api, job, lambda job: job.status not in ("validating_files", "queued"))
    shown = job.method.dpo.hyperparameters
    assert (shown.n_epochs, shown.batch_size, shown.beta) == (3, 4, 0.1) and shown.learning_rate_multiplier > 0
    with suppress(openai.BadRequestError):  # it has ended already
        api.fine_tuning.jobs.cancel(job.id)


def test_first_examples_then_preferences(api):
    file = upload(api, lines(10))
    first = finished(api, api.fine_tuning.jobs.create(model="tiny", training_file=file, method=supervised(n_epochs=1)))
    job = finished(api, create(api, model=first.fine_tuned_model, n_epochs=1))
    assert job.status == "succeeded" and job.model == first.fine_tuned_model
    assert loss_curve(api, job)["train_loss"].iloc[0] == pytest.approx(math.log(2), abs=1e-4)
    ask = dict(messages=[{"role": "user", "content": "question 1"}], max_tokens=3, temperature=0, logprobs=True)
    said = [
        [token.logprob for token in api.chat.completions.create(model=model, **ask).choices[0].logprobs.content]
        for model in (first.fine_tuned_model, job.fine_tuned_model)
    ]
    assert said[0] != said[1]


def test_a_paused_job_goes_on_as_one_that_was_not(api, monkeypatch, trained):
    pause_after(3, api, monkeypatch)
    job = until(api, create(api), lambda job: job.status == "paused")
    api.fine_tuning.jobs.resume(job.id)
    job = finished(api, job)
    assert loss_curve(api, job).equals(loss_curve(api, trained)) and messages(api, job).count(REFERENCE_EVENT) == 1


def test_a_job_is_paused_while_it_measures_the_reference(api, monkeypatch, trained):
    """The pause comes in the middle: what was measured is kept."""
    measured, measure = [], dpo_method.measure_references

    def watched(model, pairs):
        measured.extend(pairs)
        if len(measured) == 8:
            api.fine_tuning.jobs.pause(api.fine_tuning.jobs.list(limit=1).data[0].id)
        measure(model, pairs)

    monkeypatch.setattr(dpo_method, "measure_references", watched)
    job = until(api, create(api), lambda job: job.status == "paused")
    assert len(measured) == 8 and steps_told(api, job) == 0
    api.fine_tuning.jobs.resume(job.id)
    job = finished(api, job)
    assert len(measured) == 16 + 6 and loss_curve(api, job).equals(loss_curve(api, trained))


def test_a_running_job_can_be_cancelled(api):
    job = until(api, create(api, n_epochs=50), lambda job: steps_told(api, job) > 0)
    assert api.fine_tuning.jobs.cancel(job.id).status == "cancelled"
    with pytest.raises(openai.BadRequestError, match="already completed"):
        api.fine_tuning.jobs.cancel(job.id)


def test_kill_9_loses_nothing_and_the_reference_is_not_measured_again(tmp_path, model):
    server = Server(tmp_path / "store", model)
    server.start()
    try:
        whole = finished(server.api, create(server.api, n_epochs=16), PATIENCE)
        job = create(server.api, n_epochs=16)  # 64 steps: it has not ended when it is killed, in its second epoch
        until(server.api, job, lambda job: steps_told(server.api, job) > 4, PATIENCE)
        server.kill()
        server.start()
        job = finished(server.api, job, PATIENCE)
        assert job.status == "succeeded" and loss_curve(server.api, job).equals(loss_curve(server.api, whole))
        tables = [server.api.files.content(j.result_files[0]).content for j in (whole, job)]
        assert tables[0] == tables[1] and messages(server.api, job).count(REFERENCE_EVENT) == 1
        assert any("goes on after step" in message for message in messages(server.api, job))
    finally:
        server.kill()


USER = {"role": "user", "content": "hi"}
FUNCTION = {"name": "weather", "arguments": "{}"}
CALL = {"role": "assistant", "content": None, "tool_calls": [{"id": "1", "type": "function", "function": FUNCTION}]}


def too_long(side):
    said = [{"role": "assistant", "content": "x" * 600}]
    return pairs(10) + pairs(1, **{side: said})


@pytest.mark.parametrize(
    "content, words",
    [
        (lines(10), "Example 1 is one of the method 'supervised'"),
        (pairs(10) + pairs(1, non_preferred_output=[]), 'Example 11 has 0 messages in "non_preferred_output"'),
        (
            too_long("preferred_output"),
            "Example 11 has 631 tokens with its preferred_output, and the model reads 512: shorten its input or that",
        ),
        (too_long("non_preferred_output"), "Example 11 has 631 tokens with its non_preferred_output, and the model"),
        (
            pairs(10) + pairs(1, preferred_output=[CALL]),
            "Example 11, preferred_output: the model's chat template does not show tool calls",
        ),
        (
            pairs(10) + pairs(1, input={"messages": [USER, CALL, USER]}),
            "Example 11, input message 2: the model's chat template does not show tool calls",
        ),
    ],
)
@pytest.mark.parametrize("param", ["training_file", "validation_file"])
def test_a_file_that_cannot_be_learned_fails_the_job_and_names_the_place(api, content, words, param):
    files = {"training_file": upload(api, pairs(10)), param: upload(api, content)}
    job = finished(api, api.fine_tuning.jobs.create(model="tiny", method=dpo(n_epochs=1), **files))
    assert (job.status, job.error.code, job.error.param) == ("failed", "invalid_training_file", param)
    assert words in job.error.message


def test_pairs_are_no_examples_of_the_method_supervised(api):
    job = finished(api, api.fine_tuning.jobs.create(model="tiny", training_file=upload(api, pairs(10))))
    assert "Example 1 is a pair of answers: train with the method 'dpo'" in job.error.message
