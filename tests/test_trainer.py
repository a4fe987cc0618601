"""What makes training fast must not change what is learned."""

import dataclasses
import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st

torch = pytest.importorskip("torch", reason="training needs requirements-local.txt")
pytest.importorskip("peft", reason="training needs requirements-local.txt")

from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: E402

from helpers.local_api import trainer  # noqa: E402
from helpers.local_api.base import load_base  # noqa: E402
from helpers.local_api.batches import IGNORE, common_start, within  # noqa: E402
from helpers.local_api.encoding import encode  # noqa: E402
from helpers.local_api.loss import loss_and_hits  # noqa: E402
from helpers.local_api.trainer import Settings, Training  # noqa: E402

from . import tiny_model  # noqa: E402

FAMILIES = {
    "llama": {},
    "qwen2": {},
    "qwen3": {"head_dim": 16},
    "phi3": {},
    "granite": {"logits_scaling": 4.0},
    "mistral": {"sliding_window": 8},
    "gemma2": {"head_dim": 16, "sliding_window": 8, "num_hidden_layers": 4},
    "gemma3_text": {"head_dim": 16, "sliding_window": 8, "num_hidden_layers": 6},
}


@pytest.mark.parametrize("family", FAMILIES)
def test_training_from_the_upper_half_sees_the_same_loss_as_the_whole_model(family, tmp_path):
    """Also where a layer sees the last 8 tokens only, fewer than the examples begin with."""
    model = tiny_model.make(tmp_path / family, family=family, **FAMILIES[family])
    turns = lambda i: [{"role": "user", "content": "hi " * i}, {"role": "assistant", "content": f"answer {i}"}]
    examples = [{"messages": turns(i)} for i in range(1, 6)]
    training = Training(model, examples, [], Settings(1, 5, 1.0, seed=0))
    list(training.prepare())
    loss, _ = loss_and_hits(training.model, training.examples)  # fresh adapters change nothing
    whole, tokenizer = AutoModelForCausalLM.from_pretrained(model), AutoTokenizer.from_pretrained(model)
    total, n = 0.0, 0
    for ids, labels in (encode(tokenizer, example) for example in examples):
        logits = whole(input_ids=torch.tensor([ids])).logits[0, :-1]
        total += torch.nn.functional.cross_entropy(
            logits, torch.tensor(labels[1:]), ignore_index=IGNORE, reduction="sum"
        ).item()
        n += sum(label != IGNORE for label in labels[1:])
    assert loss.item() == pytest.approx(total / n, rel=1e-5)


def test_what_a_batch_begins_with_is_shared_without_a_trace(model):
    """The gradient of a batch is the mean of its examples' own, whether they begin alike or not."""
    say = lambda system, text: {
        "messages": [
            {"role": "system", "content": system},
            {"role": "user", "content": text},
            {"role": "assistant", "content": "answer " + text},
        ]
    }
    examples = [say("Be brief.", "hi"), say("Be brief.", "how long?"), say("Be kind.", "hi"), say("x", "why")]
    training = Training(model, examples, [], Settings(1, 4, 1.0, seed=0))
    list(training.prepare())
    torch.nn.init.normal_(next(p for n, p in training.model.named_parameters() if "lora_B" in n))

    def gradient(batch):
        training.model.zero_grad()
        loss, _ = loss_and_hits(training.model, batch)
        loss.backward()
        n = sum(label != IGNORE for e in batch for label in e.labels)
        return n, n * torch.cat([p.grad.flatten() for p in training.model.parameters() if p.requires_grad])

    stranger = dataclasses.replace(training.examples[1], ids=[-1] * len(training.examples[1].ids))
    for batch in (training.examples[:2], training.examples[:3], training.examples, [training.examples[0], stranger]):
        n, together = gradient(batch)
        alone = [gradient([example]) for example in batch]
        assert n == sum(tokens for tokens, _ in alone)
        assert torch.allclose(together, sum(g for _, g in alone), rtol=1e-4, atol=1e-6)
    pairs = training.examples[:2], training.examples[:3], [training.examples[0], stranger]
    starts = [common_start([example.ids for example in batch]) for batch in pairs]
    assert starts[0] > starts[1] > starts[2] == 0


def test_answering_and_training_share_the_weights(model):
    first = load_base(model, "cpu")
    training = Training(model, [], [], Settings(1, 4, 1.0, seed=0))
    weights = lambda m: {p.data_ptr() for p in m.parameters()}
    assert weights(training._base) == weights(first)
    del first
    gc.collect()  # the first one's end takes nothing from those who are still at work
    assert weights(load_base(model, "cpu")) == weights(training._base)


@given(st.lists(st.integers(1, 30), max_size=20), st.integers(1, 60))
def test_a_batch_of_prompts_holds_no_more_tokens_than_it_may(lengths, most):
    parts = within(lengths, most, lambda length: length)
    assert [length for part in parts for length in part] == lengths
    for part, following in zip(parts, [*parts[1:], None]):
        assert len(part) == 1 or len(part) * max(part) <= most
        more = part + (following or [])[:1]
        assert following is None or len(more) * max(more) > most  # it is as large as it may be


def test_a_large_batch_that_passes_in_parts_teaches_the_same(model, monkeypatch):
    say = lambda n: {
        "messages": [{"role": "user", "content": "q " * n}, {"role": "assistant", "content": f"a {'so ' * n}"}]
    }
    training = Training(model, [say(n) for n in (1, 2, 3, 9, 4)], [], Settings(1, 5, 1.0, seed=0))
    list(training.prepare())
    torch.nn.init.normal_(next(p for n, p in training.model.named_parameters() if "lora_B" in n))
    seen = []
    for most in (10_000, 40, 1):
        monkeypatch.setattr(trainer, "MOST_TOKENS", most)
        training.model.zero_grad()
        loss, accuracy = training._learn(training.examples)
        seen.append(
            (loss, accuracy, torch.cat([p.grad.flatten() for p in training.model.parameters() if p.requires_grad]))
        )
    for loss, accuracy, gradient in seen[1:]:
        assert loss == pytest.approx(seen[0][0], rel=1e-4) and accuracy == pytest.approx(seen[0][1])
        assert torch.allclose(gradient, seen[0][2], rtol=1e-3, atol=1e-6)


def test_what_an_answer_loaded_can_be_trained(model, monkeypatch):
    monkeypatch.setenv("HF_DEACTIVATE_ASYNC_LOAD", "1")
    with torch.inference_mode():
        loaded = load_base(model, "cpu")
    assert not any(weight.is_inference() for weight in loaded.parameters())
