"""The local API through the real client, with a tiny model that really trains."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import openai
import pytest
from openai.types.fine_tuning import FineTuningJob, FineTuningJobEvent

from ..local_server import events, finished, lines, start, supervised, until, upload
from .curves import loss_curve, result_table


@pytest.fixture(scope="module")
def trained(api):
    job = api.fine_tuning.jobs.create(
        model="tiny",
        training_file=upload(api, lines(12)),
        validation_file=upload(api, lines(4)),
        suffix="my_desk",
        seed=7,
        metadata={"course": "T-1000"},
        method=supervised(n_epochs=4, batch_size=4, learning_rate_multiplier=2),
    )
    return finished(api, job)


def test_a_job_trains_and_its_model_answers(api, trained):
    assert trained.status == "succeeded" and trained.fine_tuned_model.startswith("ft:tiny:local:my-desk:")
    assert trained.trained_tokens > 0 and trained.finished_at >= trained.created_at
    reply = api.chat.completions.create(
        model=trained.fine_tuned_model,
        messages=[{"role": "user", "content": "question 3"}],
        max_tokens=8,
        temperature=0,
    )
    assert reply.usage.completion_tokens <= 8 and reply.choices[0].finish_reason in ("stop", "length")


def test_loss_falls_and_events_tell_the_story_in_openais_words(api, trained):
    curve = loss_curve(api, trained)
    assert len(curve) == 12 and curve.train_loss.iloc[-3:].mean() < curve.train_loss.iloc[:3].mean()
    assert curve.full_valid_loss.dropna().index.tolist() == [3, 6, 9, 12]
    messages = [e.message for e in events(api, trained) if e.type == "message"]
    assert messages == [
        f"Created fine-tuning job: {trained.id}",
        f"Validating training file: {trained.training_file} and validation file: {trained.validation_file}",
        "Files validated, moving job to queued state",
        "Fine-tuning job started",
        *(f"Checkpoint created at step {n}" for n in (3, 6, 9, 12)),
        "New fine-tuned model created",
        "The job has successfully completed",
    ]
    assert next(e for e in events(api, trained) if e.type == "metrics").message.startswith("Step 1/12: training loss=")


def test_every_object_is_one_of_the_sdks_types(api, trained):
    raw = api.fine_tuning.jobs.with_raw_response.retrieve(trained.id)
    body = json.loads(raw.content)
    assert body["error"] is None
    FineTuningJob.model_validate(body)
    for event in json.loads(api.fine_tuning.jobs.with_raw_response.list_events(trained.id).content)["data"]:
        FineTuningJobEvent.model_validate(event)


def test_the_last_three_checkpoints_are_kept_and_answer(api, trained):
    saved = list(api.fine_tuning.jobs.checkpoints.list(trained.id))
    assert [c.step_number for c in saved] == [12, 9, 6]
    name = saved[-1].fine_tuned_model_checkpoint
    assert api.models.retrieve(name).id == name
    api.chat.completions.create(model=name, messages=[{"role": "user", "content": "x"}], max_tokens=1)


def test_the_result_file_has_openais_columns(api, trained):
    table = result_table(api, trained)
    assert list(table.columns) == ["train_loss", "train_accuracy", "valid_loss", "valid_mean_token_accuracy"]
    assert table.index.tolist() == list(range(1, 13))
    assert table.train_loss.tolist() == loss_curve(api, trained).train_loss.tolist()


def test_the_same_seed_gives_the_same_losses_and_answers(api, trained):
    again = finished(
        api,
        api.fine_tuning.jobs.create(
            model="tiny",
            training_file=trained.training_file,
            validation_file=trained.validation_file,
            seed=7,
            method=supervised(n_epochs=4, batch_size=4, learning_rate_multiplier=2),
        ),
    )
    curves = [loss_curve(api, j) for j in (trained, again)]
    assert curves[0].equals(curves[1])
    ask = dict(messages=[{"role": "user", "content": "question 5"}], temperature=0, max_tokens=12)
    replies = [api.chat.completions.create(model=j.fine_tuned_model, **ask) for j in (trained, again)]
    assert replies[0].choices[0].message.content == replies[1].choices[0].message.content


@pytest.mark.parametrize(
    "content, code, words",
    [
        (lines(7), "invalid_n_examples", "Training file has 7 example(s), but must have at least 10 examples"),
        (lines(11) + b"{broken\n", "invalid_training_file", "Example 12 is not JSON"),
        (
            lines(11) + b'{"messages": [{"content": "x"}]}\n',
            "invalid_training_file",
            "Example 12, message 1 Discriminator 'role' is missing in value",
        ),
        (
            lines(10, messages=[{"role": "user", "content": "x"}]),
            "invalid_training_file",
            "Example 1 has no message from the assistant",
        ),
        (lines(10, messages=[{"role": "agent", "content": "x"}]), "invalid_training_file", "has the role 'agent'"),
        (lines(10, messages=[{"role": "assistant", "content": " "}]), "invalid_training_file", "message 1 has no text"),
        (b"\xff\xfe" + lines(10), "invalid_training_file", "not UTF-8"),
    ],
)
def test_a_bad_file_fails_the_job_and_names_the_place(api, content, code, words):
    job = finished(api, api.fine_tuning.jobs.create(model="tiny", training_file=upload(api, content)))
    assert (job.status, job.error.code, job.error.param) == ("failed", code, "training_file")
    assert words in job.error.message


@pytest.mark.parametrize(
    "request_, param, words",
    [
        ({"model": "gpt-9"}, "model", "this server trains tiny"),
        ({"training_file": "file-none"}, "training_file", "No such File"),
        ({"suffix": "x" * 65}, "suffix", "at most 64"),
        ({"method": {"type": "reinforcement"}}, "method.reinforcement", "which holds the grader"),
        ({"method": supervised(n_epochs=99)}, "hyperparameters.n_epochs", "from 1 to 50"),
        ({"seed": "x"}, "seed", "Invalid value for 'seed'"),
        ({"metadata": {str(i): "x" for i in range(17)}}, "metadata", "at most 16"),
    ],
)
def test_a_wrong_request_is_a_400_that_names_the_parameter(api, trained, request_, param, words):
    with pytest.raises(openai.BadRequestError, match=words) as caught:
        api.fine_tuning.jobs.create(**{"model": "tiny", "training_file": trained.training_file} | request_)
    assert caught.value.param == param


def test_a_line_separator_inside_a_string_is_no_new_line():
    from finetune_server.training.training_file import read_examples

    content = (
        lines(9)
        + lines(1, messages=[{"role": "assistant", "content": "a\u2028b\x85c"}]).decode("unicode_escape").encode()
    )
    assert len(read_examples(content)) == 10


def test_files_come_back_byte_for_byte_and_can_be_deleted(api):
    content = '{"a": "ü"}\r\n'.encode()
    file_id = upload(api, content)
    assert api.files.content(file_id).content == content
    assert any(f.id == file_id for f in api.files.list(purpose="fine-tune"))
    assert api.files.delete(file_id).deleted
    with pytest.raises(openai.NotFoundError):
        api.files.content(file_id)


def test_a_wrong_ending_and_a_wrong_purpose_are_refused(api):
    with pytest.raises(openai.BadRequestError, match="Must be .jsonl"):
        upload(api, b"x", "train.csv")
    with pytest.raises(openai.BadRequestError, match="is not one of"):
        api.files.create(file=("a.jsonl", b"x"), purpose="tune")


def test_lists_come_in_pages_newest_first(api, trained):
    first = api.fine_tuning.jobs.list_events(trained.id, limit=5)
    assert len(first.data) == 5 and first.has_more and "completed" in first.data[0].message
    assert len(events(api, trained)) == len({e.id for e in api.fine_tuning.jobs.list_events(trained.id, limit=5)})


def test_streams_say_the_same_as_whole_answers(api, trained):
    ask = dict(model="tiny", messages=[{"role": "user", "content": "hello"}], max_tokens=10, temperature=0)
    whole = api.chat.completions.create(**ask)
    chunks = list(api.chat.completions.create(**ask, stream=True, stream_options={"include_usage": True}))
    said = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert said == whole.choices[0].message.content and chunks[-1].usage == whole.usage


def test_a_seed_repeats_a_random_answer(api):
    ask = dict(model="tiny", messages=[{"role": "user", "content": "hello"}], max_tokens=20, temperature=1.5, top_p=0.9)
    say = lambda seed: api.chat.completions.create(**ask, seed=seed).choices[0].message.content
    assert say(1) == say(1) != say(2)


@pytest.mark.parametrize(
    "change, param",
    [
        ({"temperature": 3}, "temperature"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"n": 0}, "n"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "king", "content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": "x " * 600}]}, "messages"),
    ],
)
def test_a_wrong_chat_request_names_the_parameter(api, change, param):
    with pytest.raises(openai.BadRequestError) as caught:
        api.chat.completions.create(**{"model": "tiny", "messages": [{"role": "user", "content": "x"}]} | change)
    assert caught.value.param == param


def test_an_unknown_model_is_a_404(api):
    with pytest.raises(openai.NotFoundError, match="does not exist"):
        api.chat.completions.create(model="ft:tiny:local:no:1", messages=[{"role": "user", "content": "x"}])


def test_a_running_job_can_be_cancelled(api):
    job = api.fine_tuning.jobs.create(
        model="tiny", training_file=upload(api, lines(200)), method=supervised(n_epochs=50, batch_size=1)
    )
    until(api, job, lambda job: job.status == "running")
    assert api.fine_tuning.jobs.cancel(job.id).status == "cancelled"
    time.sleep(0.3)
    assert api.fine_tuning.jobs.retrieve(job.id).status == "cancelled"
    with pytest.raises(openai.BadRequestError, match="already completed"):
        api.fine_tuning.jobs.cancel(job.id)


def test_a_token_is_demanded_where_one_is_set(tmp_path, model):
    api = start(tmp_path, model, token="open sesame")
    assert [m.id for m in api.models.list()] == ["tiny"]
    with pytest.raises(openai.AuthenticationError):
        api.with_options(api_key="guess").models.list()


@pytest.mark.parametrize("start", ["", "they all begin with the same words " * 5])
def test_many_at_once_get_the_answers_they_get_alone(api, trained, start):
    """Different lengths, two models, other limits: a batch must not mix them up."""
    asked = [
        (model, f"{start}question {'so ' * n}{n}", 4 + n)
        for n in range(10)
        for model in ("tiny", trained.fine_tuned_model)
    ]
    ask = lambda model, text, limit: (
        api.chat.completions.create(
            model=model, messages=[{"role": "user", "content": text}], max_tokens=limit, temperature=0
        )
        .choices[0]
        .message.content
    )
    alone = [ask(*what) for what in asked]
    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(lambda what: ask(*what), asked)) == alone


def test_stop_ends_an_answer_before_the_word(api):
    ask = dict(model="tiny", messages=[{"role": "user", "content": "hello"}], max_tokens=20, temperature=0)
    whole = api.chat.completions.create(**ask).choices[0].message.content
    stopped = api.chat.completions.create(**ask, stop=[whole[3:5]]).choices[0]
    assert stopped.message.content == whole[: whole.index(whole[3:5])] and stopped.finish_reason == "stop"
