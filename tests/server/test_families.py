"""Models of every family train and answer alike, whatever generation of the packages is installed."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from .. import needs

needs.training()

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

from finetune_server.model.batching import IGNORE
from finetune_server.training.answer_logprobs import answer_logprobs
from finetune_server.training.loss import loss_and_accuracy
from finetune_server.training.resume import adapters
from finetune_server.training.tokenize import tokenize_example
from finetune_server.training.trainer import Settings, Training

from .. import tiny_model
from ..local_server import start

WINDOW = 8  # tokens that a layer with a window sees: fewer than the examples have
FAMILIES = {
    "llama": {},
    "qwen2": {},
    "qwen3": {"head_dim": 16},
    "phi3": {},
    "granite": {"logits_scaling": 4.0},
    "mistral": {"sliding_window": WINDOW},
    "gemma2": {"head_dim": 16, "sliding_window": WINDOW, "num_hidden_layers": 4},
    "gemma3_text": {"head_dim": 16, "sliding_window": WINDOW, "num_hidden_layers": 6},
}
pytestmark = pytest.mark.usefixtures("in_float32")  # figures are compared
# What `trained` measures: the training loss of its three steps, and the validation loss at the end.
LOSSES = {
    "llama": [5.55307, 5.3849, 5.27388, 5.25939],
    "qwen2": [5.57332, 5.43863, 5.36957, 5.37169],
    "qwen3": [5.53459, 5.36268, 5.24757, 5.23338],
    "phi3": [5.82232, 5.54208, 5.38426, 5.36272],
    "granite": [5.54084, 5.49736, 5.46646, 5.4664],
    "mistral": [5.69256, 5.49825, 5.31629, 5.30608],
    "gemma2": [5.87282, 5.0704, 4.51238, 4.53624],
    "gemma3_text": [5.96858, 4.92698, 4.3415, 4.43214],
}
QUESTIONS = ["hi", "hello, are you there?", "a longer question " * 3, "why"]


def example(i):
    return {"messages": [{"role": "user", "content": "hi " * i}, {"role": "assistant", "content": f"answer {i}"}]}


@pytest.fixture(scope="module", params=FAMILIES)
def family(request):
    return request.param


@pytest.fixture(scope="module")
def folder(family, tmp_path_factory):
    return tiny_model.make(tmp_path_factory.mktemp(family) / "model", family=family, **FAMILIES[family])


@pytest.fixture(scope="module")
def trained(family, folder):
    """A training that is over, and its steps."""
    training = Training(folder, [example(i) for i in range(1, 13)], [example(13)], Settings(1, 4, 5.0, seed=3))
    return training, list(training.steps())


def test_a_batch_has_the_loss_of_its_examples_one_by_one(folder):
    """Also where a layer sees the last tokens only."""
    examples = [example(i) for i in range(1, 6)]
    training = Training(folder, examples, [], Settings(1, 5, 1.0, seed=0))
    loss, _ = loss_and_accuracy(training.model, training.examples)  # fresh adapters change nothing
    whole, tokenizer = AutoModelForCausalLM.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    total, n = 0.0, 0
    for ids, labels in (tokenize_example(tokenizer, example) for example in examples):
        logits = whole(input_ids=torch.tensor([ids])).logits[0, :-1]
        targets = torch.tensor(labels[1:])
        total += torch.nn.functional.cross_entropy(logits, targets, ignore_index=IGNORE, reduction="sum").item()
        n += sum(label != IGNORE for label in labels[1:])
    assert loss.item() == pytest.approx(total / n, rel=1e-5)


def test_answers_that_share_their_input_are_as_likely_as_alone(folder):
    """Whether the layers keep every token, so that inputs are read once, or not; the gradients agree, too."""
    training = Training(folder, [example(1)], [], Settings(1, 5, 1.0, seed=0))
    for name, parameter in adapters(training):
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=0.05, generator=torch.Generator().manual_seed(0))
    tokenizer, model = AutoTokenizer.from_pretrained(folder), training.model
    answers = lambda i: (
        example(i),
        {"messages": [*example(i)["messages"][:-1], {"role": "assistant", "content": "no"}]},
    )
    groups = [tuple(tokenize_example(tokenizer, said) for said in answers(i)) for i in (1, 5, 3)]
    together = answer_logprobs(model, groups)
    together.sum().backward()
    gradients = lambda: [p.grad.clone() for _, p in adapters(training) if p.grad is not None]
    ours = gradients()
    model.zero_grad()
    alone = []
    for ids, labels in (said for group in groups for said in group):
        logprobs = model(input_ids=torch.tensor([ids])).logits[0, :-1].log_softmax(-1)
        learned = [i for i, label in enumerate(labels[1:]) if label != IGNORE]
        alone.append(logprobs[learned, [labels[i + 1] for i in learned]].sum())
    assert together.flatten().tolist() == pytest.approx([one.item() for one in alone], rel=1e-4)
    torch.stack(alone).sum().backward()
    assert len(ours) == len(adapters(training))
    for of_both, one_by_one in zip(ours, gradients(), strict=True):
        assert torch.allclose(of_both, one_by_one, rtol=1e-3, atol=1e-3)


def test_every_generation_of_the_packages_learns_the_same(family, trained):
    _, steps = trained
    measured = [*(step.train["loss"] for step in steps), steps[-1].full_valid["loss"]]
    assert measured == pytest.approx(LOSSES[family], rel=1e-4)


def test_saved_adapters_turn_the_whole_model_into_the_trained_one(folder, trained, tmp_path):
    training, _ = trained
    training.save(tmp_path)
    whole = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(folder), tmp_path)
    [seen] = training.validation
    expected = training.model(input_ids=torch.tensor([seen.ids])).logits
    assert torch.allclose(whole(input_ids=torch.tensor([seen.ids])).logits, expected, atol=1e-4)
    before = AutoModelForCausalLM.from_pretrained(folder)(input_ids=torch.tensor([seen.ids])).logits
    assert not torch.allclose(before, expected, atol=1e-2)


def test_questions_asked_together_get_the_answers_of_generate(folder, tmp_path):
    client = start(tmp_path, folder)
    messages = [[{"role": "user", "content": question}] for question in QUESTIONS]
    ask = lambda m: client.chat.completions.create(model="tiny", messages=m, max_tokens=12, temperature=0)
    with ThreadPoolExecutor(len(messages)) as pool:
        answers = [reply.choices[0].message.content for reply in pool.map(ask, messages)]
    model: Any = AutoModelForCausalLM.from_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    for said, answer in zip(messages, answers, strict=True):
        prompt = tokenizer.apply_chat_template(said, add_generation_prompt=True, return_tensors="pt", return_dict=True)[
            "input_ids"
        ]
        tokens = model.generate(prompt, max_new_tokens=12, do_sample=False)[0, prompt.shape[1] :]
        whole = tokenizer.decode(tokens, skip_special_tokens=True)
        assert answer == whole.rstrip("\ufffd")  # half a character is not sent
