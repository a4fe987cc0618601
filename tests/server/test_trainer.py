"""What makes training fast must not change what is learned."""

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .. import needs, tiny_model

needs.training()

import torch
from safetensors.torch import load_file

from finetune_server.model import precision
from finetune_server.model.batching import split_by_tokens
from finetune_server.model.load import load_base, to_adapt
from finetune_server.training import trainer
from finetune_server.training.trainer import Settings, Training

EXAMPLES = [
    {"messages": [{"role": "user", "content": "hi " * i}, {"role": "assistant", "content": f"answer {i}"}]}
    for i in range(1, 9)
]


@pytest.fixture
def in_half(request, monkeypatch):
    """The precision of the trainings: what the hardware would choose is not asked."""
    monkeypatch.setattr(trainer, "faster_in_half", lambda device: request.param)


float32, bfloat16 = (pytest.mark.parametrize("in_half", [half], indirect=True) for half in (False, True))


@float32
def test_answering_and_training_share_the_weights(model, in_half):
    first = load_base(model, "cpu")
    training = Training(model, EXAMPLES, [], Settings(1, 4, 1.0, seed=0))
    weights = lambda m: {p.data_ptr() for p in m.parameters()}
    assert load_base(model, "cpu") is first
    frozen = {p.data_ptr() for p in training.model.parameters() if not p.requires_grad}
    assert frozen <= weights(first)
    del first
    gc.collect()  # the first one's end takes nothing from those who are still at work
    assert frozen <= weights(load_base(model, "cpu"))


def test_tied_weights_stay_one(tmp_path):
    base = load_base(tiny_model.make(tmp_path / "tied", tie_word_embeddings=True), "cpu")
    adapted = to_adapt(base)
    words, logits = adapted.get_input_embeddings(), adapted.get_output_embeddings()
    assert isinstance(logits, torch.nn.Linear)
    assert words.weight is logits.weight  # else each would be spread


def test_a_model_to_adapt_is_not_made_at_random_first(model):
    base, drawn = load_base(model, "cpu"), torch.get_rng_state()
    adapted = to_adapt(base)
    assert torch.get_rng_state().equal(drawn)  # it would take as much memory again, and seconds
    for (name, ours), (_, theirs) in zip(adapted.named_parameters(), base.named_parameters(), strict=True):
        assert ours is not theirs and ours.data_ptr() == theirs.data_ptr(), name


@given(st.lists(st.integers(1, 30), max_size=20), st.integers(1, 60))
def test_a_batch_of_prompts_holds_no_more_tokens_than_it_may(lengths, most):
    parts = split_by_tokens(lengths, most, lambda length: length)
    assert [length for part in parts for length in part] == lengths
    for group, following in zip(parts, [*parts[1:], None], strict=False):
        assert len(group) == 1 or len(group) * max(group) <= most
        more = group + (following or [])[:1]
        assert following is None or len(more) * max(more) > most  # it is as large as it may be


def turn(role, n):
    return {"role": role, "content": f"{role[0]} " * n}


def example_of(n):
    return {"messages": [turn("user", n), turn("assistant", n)]}


def pair_of(n):
    answers = {"preferred_output": [turn("assistant", n)], "non_preferred_output": [turn("assistant", 7 - n // 2)]}
    return {"input": {"messages": [turn("user", n)]}} | answers


@float32
@pytest.mark.parametrize("method, item", [("supervised", example_of), ("dpo", pair_of)])
def test_a_large_batch_that_passes_in_parts_teaches_the_same(model, in_half, monkeypatch, method, item):
    items = [item(n) for n in (1, 2, 3, 9, 4)]
    training = Training(model, items, [], Settings(1, 5, 1.0, seed=0, method=method))
    list(training.measure_references())
    torch.nn.init.normal_(next(p for n, p in training.model.named_parameters() if "lora_B" in n))
    seen = []
    for most in (10_000, 100, 1):
        monkeypatch.setattr(trainer, "MAX_TOKENS_AT_ONCE", most)
        training.model.zero_grad()
        measured = training._learn(training.examples)
        gradients = [p.grad.flatten() for p in training.model.parameters() if p.grad is not None]
        seen.append((measured, torch.cat(gradients)))
    for measured, gradient in seen[1:]:
        assert measured == pytest.approx(seen[0][0], rel=1e-4)
        assert torch.allclose(gradient, seen[0][1], rtol=1e-3, atol=1e-6)


def test_what_an_answer_loaded_can_be_trained(model, monkeypatch):
    monkeypatch.setenv("HF_DEACTIVATE_ASYNC_LOAD", "1")
    with torch.inference_mode():
        loaded = load_base(model, "cpu")
    assert not any(weight.is_inference() for weight in loaded.parameters())


@bfloat16
def test_half_precision_learns_nearly_the_same_and_leaves_the_base_as_it_is(model, in_half, monkeypatch):
    base = load_base(model, "cpu")
    before = {name: weight.clone() for name, weight in base.state_dict().items()}
    losses = lambda: [
        step.train["loss"] for step in Training(model, EXAMPLES, EXAMPLES, Settings(3, 4, 5.0, 0)).steps()
    ]
    halved = losses()
    assert all(torch.equal(weight, before[name]) for name, weight in base.state_dict().items())
    monkeypatch.setattr(trainer, "faster_in_half", lambda device: False)
    whole = losses()
    assert halved == pytest.approx(whole, rel=0.01) and halved != whole


@bfloat16
def test_in_half_precision_only_frozen_matrices_are_halved(model, in_half, tmp_path):
    training = Training(model, EXAMPLES, [], Settings(1, 4, 1.0, seed=0))
    next(training.steps())
    halved = lambda name: "base_layer" in name or "lm_head" in name
    kinds = {(p.requires_grad, halved(name)): p.dtype for name, p in training.model.named_parameters()}
    assert kinds == {(True, False): torch.float32, (False, True): torch.bfloat16, (False, False): torch.float32}
    training.save(tmp_path)
    assert {w.dtype for w in load_file(tmp_path / "adapter_model.safetensors").values()} == {torch.float32}


def test_where_bfloat16_is_slow_the_training_stays_in_float32(model, monkeypatch):
    seconds = {torch.float32: 1.0, torch.bfloat16: 0.9}
    monkeypatch.setattr(precision, "_seconds_of_a_product", lambda dtype, device: seconds[dtype])
    assert not precision.faster_in_half.__wrapped__("cpu")
    seconds[torch.bfloat16] = 0.5
    assert precision.faster_in_half.__wrapped__("cpu")
