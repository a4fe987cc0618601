"""What makes training fast must not change what is learned."""

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .. import needs

needs.training()

import torch

from finetune_server.model.batching import split_by_tokens
from finetune_server.model.load import load_base
from finetune_server.training import trainer
from finetune_server.training.trainer import Settings, Training

EXAMPLES = [
    {"messages": [{"role": "user", "content": "hi " * i}, {"role": "assistant", "content": f"answer {i}"}]}
    for i in range(1, 9)
]


def test_answering_and_training_share_the_weights(model):
    first = load_base(model, "cpu")
    training = Training(model, EXAMPLES, [], Settings(1, 4, 1.0, seed=0))
    weights = lambda m: {p.data_ptr() for p in m.parameters()}
    assert load_base(model, "cpu") is first
    frozen = {p.data_ptr() for p in training.model.parameters() if not p.requires_grad}
    assert frozen <= weights(first)
    del first
    gc.collect()  # the first one's end takes nothing from those who are still at work
    assert frozen <= weights(load_base(model, "cpu"))


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


@pytest.mark.parametrize("method, item", [("supervised", example_of), ("dpo", pair_of)])
def test_a_large_batch_that_passes_in_parts_teaches_the_same(model, monkeypatch, method, item):
    items = [item(n) for n in (1, 2, 3, 9, 4)]
    training = Training(model, items, [], Settings(1, 5, 1.0, seed=0, method=method))
    list(training.prepare())
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
