"""The method reinforcement: its arithmetic by hand, and its jobs through the real client."""

import json
import math

import openai
import pandas as pd
import pytest

from .. import needs

needs.training()

import torch

from finetune_server.training import resume, reward_training, trainer
from finetune_server.training.reinforcement import Group, group_of, measure, parts_of
from finetune_server.training.reward_training import RewardTraining
from finetune_server.training.rollouts import Rollouts
from finetune_server.training.trainer import Settings

from .. import openapi
from ..local_server import Server, events, finished, lines, messages, pairs, steps_told, until, upload
from .curves import loss_curve, result_table

PATIENCE = 600  # seconds, on a busy machine
MOST = 16  # tokens of an answer
GRADER = {
    "type": "python",
    "name": "ascii",
    "source": "def grade(sample, item):\n"
    "    text = sample['output_text']\n    return sum(map(str.isascii, text)) / max(1, len(text))",
}
HYPERPARAMETERS = {"n_epochs": 4, "batch_size": 4, "learning_rate_multiplier": 20.0, "eval_interval": 4}


@pytest.fixture(scope="module", autouse=True)
def small():
    """Answers are short, and what the hardware would choose is not asked, for figures are compared."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reward_training, "ANSWER_TOKENS", MOST)
        patch.setattr(trainer, "faster_in_half", lambda device: False)
        yield


def item(i, **more):
    return {"messages": [{"role": "user", "content": f"question {'so ' * (i % 3)}{i}"}], "letter": "a"} | more


def items(start, end, **more):
    return b"".join(json.dumps(item(i, **more)).encode() + b"\n" for i in range(start, end))


def reinforcement(grader=None, **hyperparameters):
    asked = {"grader": grader or GRADER, "hyperparameters": HYPERPARAMETERS | hyperparameters}
    return {"type": "reinforcement", "reinforcement": asked}


def create(api, method=None, training=None, validation=None, **more):
    return api.fine_tuning.jobs.create(
        model="tiny",
        training_file=upload(api, training or items(0, 16)),
        validation_file=upload(api, validation or items(16, 22)),
        seed=3,
        method=method or reinforcement(),
        **more,
    )


def training_of(model, n=6, **settings):
    given = {"n_epochs": 2, "batch_size": 3, "learning_rate_multiplier": 5.0} | settings
    lines = [item(i) for i in range(n)]
    return RewardTraining(model, lines, lines[:2], Settings(**given, seed=1, method="reinforcement"))


def answers_of(training, n=4) -> list[list[int]]:
    answers = list(training.sampled(training.batch(), n, "step"))[-1]
    assert answers is not None
    return answers


def test_an_advantage_is_in_standard_deviations_from_the_mean_of_the_group():
    group = group_of([1, 2], [[3], [4, 5], [6]], [0.0, 1.0, 0.5])
    deviation = math.sqrt((0.25 + 0.25) / 3) + 1e-4
    assert group.advantages.tolist() == pytest.approx([-0.5 / deviation, 0.5 / deviation, 0], abs=1e-6)
    assert group.answers[1].ids == [1, 2, 4, 5] and group.answers[1].labels == [-100, -100, 4, 5]
    assert not group_of([1], [[2], [3]], [0.7, 0.7]).advantages.any()


@pytest.mark.parametrize("answers, sizes", [(8, [4, 4]), (6, [3, 3]), (5, [5]), (2, [2])])
def test_a_group_is_learned_from_in_parts_of_equal_size(answers, sizes):
    group = group_of([1, 2], [[n] for n in range(answers)], [float(n) for n in range(answers)])
    parts = parts_of(group)
    assert [len(part.answers) for part in parts] == [len(part.advantages) for part in parts] == sizes
    assert [answer for part in parts for answer in part.answers] == [*group.answers]
    assert torch.equal(torch.cat([part.advantages for part in parts]), group.advantages)


def test_loss_and_gradient_are_of_the_mean_over_tokens_of_log_probability_times_advantage(model):
    training = training_of(model)
    groups = [
        Group(group_of(one.ids, [[70, 71], [72, 73, 74]], [0, 0]).answers, torch.tensor([2.0, -1.0]))
        for one in training.examples[:2]
    ]
    training.model.eval()
    loss, _ = measure(training.model, groups, training.settings)
    by_hand = torch.zeros(())
    for group in groups:
        for advantage, answer in zip(group.advantages, group.answers, strict=True):
            said = training.model(input_ids=torch.tensor([answer.ids])).logits[0, :-1].log_softmax(-1)
            for place, label in enumerate(answer.labels[1:]):
                if label != -100:
                    by_hand = by_hand - advantage * said[place, label] / 10
    assert loss.item() == pytest.approx(by_hand.item(), rel=1e-4)
    learned = [weights for weights in training.model.parameters() if weights.requires_grad]
    for own, wanted in zip(*(torch.autograd.grad(each, learned) for each in (loss, by_hand)), strict=True):
        assert torch.allclose(own, wanted, rtol=1e-3, atol=1e-6)


def test_answers_are_sampled_as_the_model_finds_them_likely(model):
    training = training_of(model)
    prompt = training.examples[0].ids
    training.model.eval()
    rollouts = Rollouts(training.model, [prompt, training.examples[1].ids], 400, 2, set(), seed=1)
    while rollouts.grow():
        pass
    assert len(rollouts.answers) == 800 and {len(answer) for answer in rollouts.answers} == {2}
    with torch.no_grad():
        likely = training.model(input_ids=torch.tensor([prompt])).logits[0, -1].softmax(-1)
    drawn = torch.bincount(torch.tensor([answer[0] for answer in rollouts.answers[:400]]), minlength=len(likely)) / 400
    assert (drawn - likely).abs().max() < 0.08
    for answer in rollouts.answers[400:403]:  # each goes on from its own prompt and first token
        with torch.no_grad():
            ids = torch.tensor([training.examples[1].ids + answer[:1]])
            assert training.model(input_ids=ids).logits[0, -1].softmax(-1)[answer[1]] > 1e-6


def test_sampling_follows_from_the_seed_and_stops_at_the_end_of_a_turn(model):
    one, other = answers_of(training_of(model)), answers_of(training_of(model))
    assert one == other and answers_of(training_of(model, n=7)) != one
    end = training_of(model)._end_ids()
    assert all(not end & set(answer[:-1]) for answer in one)
    assert all(answer[-1] in end or len(answer) == MOST for answer in one)


@pytest.fixture(scope="module")
def trained(api):
    return finished(api, create(api), PATIENCE)


def test_a_job_is_measured_before_it_begins_and_on_items_never_trained_on(api, trained):
    assert trained.status == "succeeded" and trained.trained_tokens > 1000
    curve = loss_curve(api, trained)
    start = next(e for e in events(api, trained) if e.message.startswith("Mean reward of the model that"))
    held_out = curve["full_valid_mean_reward"].dropna()
    assert held_out.index.tolist() == [4, 8, 12, 16] and len(curve) == 16
    assert 0 < start.data["full_valid_mean_reward"] < 1 and held_out.between(0, 1, inclusive="neither").all()


def test_the_job_its_events_and_its_result_file_are_as_of_a_real_job(api, trained):
    shown = api.get(f"/fine_tuning/jobs/{trained.id}", cast_to=object)
    openapi.accepts(shown, "get", f"/fine_tuning/jobs/{trained.id}")
    asked = shown["method"]["reinforcement"]
    assert asked["grader"] == GRADER and shown["hyperparameters"] is None
    assert asked["hyperparameters"]["compute_multiplier"] == asked["hyperparameters"]["eval_samples"] == 1
    told = [event for event in events(api, trained) if event.type == "metrics"]
    data = told[3].data
    words = f"Step 4/16 , train mean reward={data['train_mean_reward']:.2f}, full validation mean reward="
    assert told[3].message.startswith(words) and told[3].message.endswith("full validation mean parse error=0.00")
    assert set(data) >= {"usage", "errors", "scores", "timing", "total_steps", "model_graders_token_usage"}
    [errors] = data["errors"]["graders"]
    assert (errors["name"], errors["type"], errors["train_python_grader_runtime_error_count"]) == ("ascii", "python", 0)
    assert list(data["timing"]["step"]) == ["sampling", "training", "eval", "full_iteration"]
    table = result_table(api, trained)
    assert table["full_valid_mean_reward"].dropna().index.tolist() == [4, 8, 12, 16]
    assert table["scores/graders/python/ascii/train_reward_mean"].equals(table["train_mean_reward"])
    counted = ["completion_tokens_mean", "reasoning_tokens_mean", "mean_unresponsive_rewards", "total_duration"]
    assert not table[counted].isna().to_numpy().any()
    assert set(table["errors/graders/python/ascii/errors/train_other_error_mean"]) == {0}


def test_the_three_best_checkpoints_are_kept(api, trained):
    saved = api.fine_tuning.jobs.checkpoints.list(trained.id).data
    curve = pd.Series(loss_curve(api, trained)["full_valid_mean_reward"]).dropna()
    assert sorted(c.step_number for c in saved) == sorted(curve.nlargest(3).index)


def test_a_training_that_goes_on_is_the_training_it_was(model, tmp_path):
    def step(training):
        batch, answers = training.batch(), answers_of(training)
        groups = [
            group_of(one.ids, own, [answer.count(70) + len(answer) / 100 for answer in own])
            for k, one in enumerate(batch)
            for own in [answers[k * 4 : k * 4 + 4]]
        ]
        training.learn(groups)
        return answers

    whole, half, rest = training_of(model), training_of(model), training_of(model)
    said = [step(whole) for _ in range(2)]
    assert [step(half)] == said[:1]
    resume.save_state(half, tmp_path / "state")
    resume.restore(rest, resume.read_state(tmp_path / "state"))
    assert [step(rest)] == said[1:]
    for (name, a), (_, b) in zip(resume.adapters(whole), resume.adapters(rest), strict=True):
        assert a.equal(b), name


REWARDS = ["train_mean_reward", "full_valid_mean_reward", "completion_tokens_mean"]


def test_a_paused_job_goes_on_as_one_that_was_not(api, trained):
    job = until(api, create(api), lambda job: steps_told(api, job) > 1, PATIENCE)
    api.fine_tuning.jobs.pause(job.id)
    until(api, job, lambda job: job.status == "paused", PATIENCE)
    api.fine_tuning.jobs.resume(job.id)
    job = finished(api, job, PATIENCE)
    assert loss_curve(api, job)[REWARDS].equals(loss_curve(api, trained)[REWARDS])
    assert sum(message.startswith("Mean reward of the model that") for message in messages(api, job)) == 1
    assert job.trained_tokens == trained.trained_tokens


def test_a_running_job_can_be_cancelled(api):
    job = until(api, create(api, reinforcement(n_epochs=50)), lambda job: steps_told(api, job) > 0, PATIENCE)
    assert api.fine_tuning.jobs.cancel(job.id).status == "cancelled"


def test_kill_9_loses_nothing(tmp_path, model):
    server = Server(tmp_path / "store", model)
    server.start()
    try:
        method = reinforcement(compute_multiplier=0.25)
        whole = finished(server.api, create(server.api, method), PATIENCE)
        job = until(server.api, create(server.api, method), lambda job: steps_told(server.api, job) > 2, PATIENCE)
        server.kill()
        server.start()
        job = finished(server.api, job, PATIENCE)
        curves = [loss_curve(server.api, one)[REWARDS] for one in (job, whole)]
        assert job.status == "succeeded" and curves[0].equals(curves[1])
        assert any("goes on after step" in message for message in messages(server.api, job))
    finally:
        server.kill()


FORM = {"type": "json_schema", "json_schema": {"name": "f", "schema": {"type": "object"}}}


def test_answers_that_are_not_of_the_asked_form_are_parse_errors_with_the_reward_0(api):
    method = reinforcement(n_epochs=1, batch_size=10, compute_multiplier=0.01)
    method["reinforcement"]["response_format"] = FORM
    job = finished(api, create(api, method, items(0, 10)), PATIENCE)
    assert job.status == "succeeded"
    shown = api.get(f"/fine_tuning/jobs/{job.id}", cast_to=object)
    assert shown["method"]["reinforcement"]["response_format"] == FORM
    [step] = [event.data for event in events(api, job) if event.type == "metrics"]
    assert step["full_valid_mean_parse_error"] == 1 and step["train_mean_reward"] == 0
    assert step["errors"]["graders"][0]["train_sample_parse_error_count"] == 20  # two answers to each of ten items


def test_a_grader_that_grades_nothing_fails_the_job_and_is_quoted(api):
    broken = GRADER | {"source": "def grade(sample, item):\n    return 1 / 0"}
    job = finished(api, create(api, reinforcement(broken, compute_multiplier=0.01)), PATIENCE)
    assert (job.status, job.error.code) == ("failed", "grader_failed")
    assert "none of the 8 answers of step 1 (python_grader_runtime_error)" in job.error.message
    assert "ZeroDivisionError" in job.error.message


CHECK = {"type": "string_check", "name": "c", "input": "{{sample.output_text}}", "operation": "eq"}
NAMED = CHECK | {"reference": "{{item.letter}}"}
SAID = {"role": "assistant", "content": "hi"}


@pytest.mark.parametrize(
    "content, words",
    [
        (
            items(0, 10) + items(10, 11, letter=None).replace(b', "letter": null', b""),
            'Example 11 has no "letter", which',
        ),
        (lines(10), "Example 1, message 2 is from the assistant, whose answers are sampled: leave it out"),
        (pairs(10), "Example 1 is a pair of answers: train with the method 'dpo'"),
        (items(0, 10) + items(0, 1, messages=[]), 'Example 11 has no list "messages"'),
        (items(0, 10) + items(0, 1, messages=[{"role": "user", "content": "x" * 500}]), "Example 11 has 5"),
    ],
)
@pytest.mark.parametrize("param", ["training_file", "validation_file"])
def test_a_file_that_cannot_be_learned_from_fails_the_job_and_names_the_place(api, content, words, param):
    files = {"training": items(0, 10), "validation": items(0, 2), param.removesuffix("_file"): content}
    job = finished(api, create(api, reinforcement(NAMED), **files), PATIENCE)
    assert (job.status, job.error.code, job.error.param) == ("failed", "invalid_training_file", param)
    assert words in job.error.message


IN = "method.reinforcement"


@pytest.mark.parametrize(
    "change, param, words",
    [
        ({"method": {"type": "reinforcement"}}, IN, "Missing required parameter"),
        ({"method": {"type": "reinforcement", "reinforcement": {}}}, f"{IN}.grader", "Field required"),
        ({"validation_file": None}, "validation_file", "Missing required parameter: 'validation_file'"),
        ({"method": reinforcement(CHECK)}, f"{IN}.grader.reference", "Field required"),
        ({"method": reinforcement(reasoning_effort="low")}, f"{IN}.hyperparameters.reasoning_effort", "do not reason"),
        ({"method": reinforcement(compute_multiplier=11)}, f"{IN}.hyperparameters.compute_multiplier", "to 10, got 11"),
        ({"method": reinforcement(eval_interval=0)}, f"{IN}.hyperparameters.eval_interval", "from 1"),
        ({"method": reinforcement(eval_sample=1)}, f"{IN}.hyperparameters.eval_sample", "did you mean"),
        ({"method": reinforcement(beta=0.1)}, f"{IN}.hyperparameters.beta", "does not know"),
    ],
)
def test_a_request_that_cannot_be_done_is_refused(api, change, param, words):
    file = upload(api, items(0, 10))
    body = {"model": "tiny", "training_file": file, "validation_file": file, "method": reinforcement()} | change
    with pytest.raises(openai.BadRequestError, match=words) as caught:
        api.post("/fine_tuning/jobs", body=body, cast_to=object)
    assert caught.value.param == param
