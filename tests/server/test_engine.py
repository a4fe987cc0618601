"""Answers join and leave a batch token by token, and each is what it would be alone."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from .. import needs

needs.training()

import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoTokenizer

from finetune_server.inference import admission
from finetune_server.inference.answer import Prompt
from finetune_server.inference.batch import Batch
from finetune_server.inference.logprobs import Vocabulary
from finetune_server.inference.sequence import Sequence
from finetune_server.model import torch_thread
from finetune_server.model.chat_template import end_of_turn
from finetune_server.model.torch_thread import run_on_torch_thread, turn_is_over
from finetune_server.protocol.sampling_params import Sampling

from .. import tiny_model
from ..local_server import start

SYSTEM = {"role": "system", "content": "Answer in few words, and in a friendly way."}


def ask(api, text="hello", system=True, **change):
    messages = [SYSTEM] * system + [{"role": "user", "content": text}]
    settings = {"model": "tiny", "messages": messages, "max_tokens": 12, "temperature": 0} | change
    return api.chat.completions.create(**settings).choices[0].message.content


@pytest.fixture
def slow(monkeypatch):
    """No answer ends by itself, and each token takes a while. Counts the tokens of each prompt length."""
    append, drawn = Sequence.append, []

    def append_slowly(sequence, token, end_ids, seconds):
        time.sleep(0.005)
        drawn.append(sequence)
        append(sequence, token, set(), seconds)

    monkeypatch.setattr(Sequence, "append", append_slowly)
    return drawn


def test_answers_that_join_later_are_what_they_are_alone(api, slow):
    asked = [("hello", True), ("a much longer question than the others have", True), ("no system", False), ("x", True)]
    alone = [ask(api, text, system, max_tokens=8 + 9 * n) for n, (text, system) in enumerate(asked)]
    with ThreadPoolExecutor(9) as pool:
        later = []
        for n, (text, system) in [*enumerate(asked), *enumerate(asked)]:
            later.append(pool.submit(ask, api, text, system, max_tokens=8 + 9 * n))
            time.sleep(0.03)
        assert [answer.result() for answer in later] == alone * 2


def test_one_token_does_not_wait_for_a_long_answer(api, slow):
    with ThreadPoolExecutor(1) as pool:
        long = pool.submit(ask, api, max_tokens=300)
        while len(slow) < 5:
            time.sleep(0.005)
        before = len(slow)
        ask(api, "short", max_tokens=1)
        between = len(slow) - before
        assert not long.done()
        long.result()
    assert between < 60


OTHER_END = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}<s>\n{% endfor %}"


def test_the_token_that_ends_a_turn_in_the_template_ends_an_answer(tmp_path):
    folder = tiny_model.make(tmp_path / "tiny", chat_template=OTHER_END)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    api = start(tmp_path / "store", folder)
    for end in ("<s>", "</s>"):  # the template's, and the one that the model's settings name
        bias = {str(tokenizer.get_vocab()[end]): 100}
        asked: dict[str, Any] = {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 9, "logit_bias": bias}
        answer = api.chat.completions.create(model="tiny", **asked)
        assert (answer.choices[0].finish_reason, answer.choices[0].message.content) == ("stop", "")
        assert answer.usage and answer.usage.completion_tokens == 1


@pytest.mark.parametrize(
    "template, end",
    [(tiny_model.CHAT_TEMPLATE, "</s>"), (OTHER_END, "<s>"), ("{{ messages }}", None), ("no text", None)],
)
def test_the_end_of_a_turn_is_read_from_the_template(tmp_path, template, end):
    tokenizer = AutoTokenizer.from_pretrained(tiny_model.make(tmp_path / "tiny", chat_template=template))
    assert end_of_turn(tokenizer) == (None if end is None else tokenizer.convert_tokens_to_ids(end))


def test_a_model_with_a_sliding_window_answers_several_alike(tmp_path, slow):
    folder = tiny_model.make(tmp_path / "tiny", family="mistral", sliding_window=16)
    api = start(tmp_path / "store", folder)
    texts = ["hello", "a question that is longer than the window of the model", "x"]
    alone = [ask(api, text, max_tokens=20) for text in texts]
    with ThreadPoolExecutor(3) as pool:
        later = []
        for text in texts:
            later.append(pool.submit(ask, api, text, max_tokens=20))
            time.sleep(0.03)
        assert [answer.result() for answer in later] == alone


def test_prompts_join_only_while_there_is_room(api, slow, monkeypatch):
    monkeypatch.setattr(admission, "MAX_CACHED_TOKENS", 400)
    sizes = []
    step = Batch.step
    monkeypatch.setattr(Batch, "step", lambda batch: (sizes.append(len(batch) * batch.columns), step(batch)))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: ask(api, f"{n}", max_tokens=6), range(8)))
    assert len(answers) == 8 and max(sizes) <= 400 + 8 * 6  # what joined may still grow


def test_a_long_prompt_is_not_overtaken_for_ever(api, slow, monkeypatch):
    monkeypatch.setattr(admission, "MAX_CACHED_TOKENS", 300)
    asking = True

    def keep_asking(n):
        while asking:
            ask(api, f"{n}", max_tokens=10)

    with ThreadPoolExecutor(5) as pool:
        others = [pool.submit(keep_asking, n) for n in range(4)]
        time.sleep(0.3)
        long = pool.submit(ask, api, "long " * 40, max_tokens=2)
        try:
            assert long.result(timeout=20) is not None
        finally:
            asking = False
        for other in others:
            other.result()


def test_work_hands_over_when_others_wait_and_its_turn_was_as_long_as_theirs(monkeypatch):
    now, waiting = [0], []  # seconds by a clock that only work moves

    def work(seconds):
        now[0] += seconds

    def alone():
        return turn_is_over(now[0] - 10)

    def beside_others():
        waiting.append(threading.Thread(target=run_on_torch_thread, args=(int,)))
        waiting[-1].start()
        while not turn_is_over(now[0] - 1_000):  # until it waits
            time.sleep(0.005)
        started = now[0]
        work(1)
        early = turn_is_over(started)
        work(1)
        return early, turn_is_over(started)

    monkeypatch.setattr(torch_thread, "time", SimpleNamespace(perf_counter=lambda: now[0]))
    assert run_on_torch_thread(alone) is False
    run_on_torch_thread(work, 2)
    assert run_on_torch_thread(beside_others) == (False, True)
    run_on_torch_thread(work, 0)
    run_on_torch_thread(beside_others)  # a long turn of its own gives it no right to another one
    assert run_on_torch_thread(beside_others)[0] is True
    for thread in waiting:  # what they wait for is measured by this clock, too
        thread.join()


@pytest.fixture(scope="module")
def tokenizer(model):
    return AutoTokenizer.from_pretrained(model)


@given(st.data())
def test_text_read_token_by_token_is_the_text_of_all_tokens(tokenizer, data):
    ids = data.draw(
        st.one_of(
            st.lists(st.integers(0, len(tokenizer) - 1), max_size=60),
            st.text(max_size=30).map(lambda text: tokenizer(text)["input_ids"]),
        )
    )
    answers = []
    prompt = Prompt("tiny", [0], Sampling(max_tokens=len(ids) + 9), stream=True)
    sequence = Sequence(prompt, 0, answers.append, Vocabulary(tokenizer), 512)
    for token in ids:
        sequence.append(token, set(), 0.0)
    whole = tokenizer.decode(ids, skip_special_tokens=True)
    text = answers[-1].text if answers else ""
    assert whole.startswith(text) and set(whole[len(text) :]) <= {"\ufffd"}


def test_stop_sequences_that_begin_in_an_earlier_token_are_found(tokenizer):
    answers = []
    prompt = Prompt("tiny", [0], Sampling(max_tokens=99, stop=("lo w", "xyz")), stream=True)
    sequence = Sequence(prompt, 0, answers.append, Vocabulary(tokenizer), 512)
    for token in tokenizer("hello world")["input_ids"]:
        if sequence.wanted:
            sequence.append(token, set(), 0.0)
    assert answers[-1].text == "hel" and answers[-1].finish_reason == "stop"
    assert all("lo" not in answer.text for answer in answers)


def test_a_tuned_model_shares_the_weights_that_training_left_alone(api, model, store):
    from finetune_server.model.load import load_base, load_tuned

    from ..local_server import finished, lines, supervised, upload

    job = api.fine_tuning.jobs.create(model="tiny", training_file=upload(api, lines(10)), method=supervised(n_epochs=1))
    finished(api, job)
    [folder] = store.glob("models/model-*")
    base = load_base(model, "cpu")
    tuned = load_tuned(base, model, folder)
    pairs = [(weight, dict(base.named_parameters())[name]) for name, weight in tuned.named_parameters()]
    shared = [a.data_ptr() == b.data_ptr() for a, b in pairs]
    assert any(shared) and not all(shared)
    assert all(one or not torch.equal(a, b) for one, (a, b) in zip(shared, pairs, strict=True))
