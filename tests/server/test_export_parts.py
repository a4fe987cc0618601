"""What leaves with a model in other programs' words: the vocabulary of GGUF, and Ollama's template."""

import json
from typing import Any

import pytest

from .. import needs

needs.training()

from gguf import TokenType
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import LlamaConfig, PreTrainedTokenizerFast, Qwen2Config

from finetune_server.export.gguf_file import check_architecture
from finetune_server.export.gguf_vocabulary import read_vocabulary
from finetune_server.export.not_exportable import NotExportable
from finetune_server.export.ollama_modelfile import NOT_PLAIN, modelfile
from finetune_server.export.plain_template import plain_template

from ..tiny_model import CHAT_TEMPLATE, TOOL_TEMPLATE

BYTES = pre_tokenizers.ByteLevel(add_prefix_space=False)
DIGITS = pre_tokenizers.Digits(individual_digits=True)
CHATML = (
    "{% for m in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
    "{{ '<|im_start|>system\nYou help.<|im_end|>\n' }}{% endif %}"
    "{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
MODELFILE = '''\
FROM ./desk.gguf
TEMPLATE """{{ range .Messages }}{{ if eq .Role "system" }}<|im_start|>system
{{ .Content }}<|im_end|>
{{ else if eq .Role "user" }}<|im_start|>user
{{ .Content }}<|im_end|>
{{ else if eq .Role "assistant" }}<|im_start|>assistant
{{ .Content }}<|im_end|>
{{ end }}{{ end }}<|im_start|>assistant
"""
SYSTEM """You help."""
PARAMETER stop "<|im_end|>"
PARAMETER temperature 1
PARAMETER top_p 1
PARAMETER top_k 0
PARAMETER min_p 0
PARAMETER repeat_penalty 1
'''
SCALED: dict[str, Any] = {  # the name that transformers 4 and 5 both take
    "architectures": ["LlamaForCausalLM"],
    "rope_scaling": {"rope_type": "linear", "factor": 2.0},
}


def tokenizer(template=CHATML, split=BYTES, normalizer=None, added=()):
    plain = Tokenizer(models.BPE())
    plain.pre_tokenizer, plain.decoder = split, decoders.ByteLevel()
    if normalizer:
        plain.normalizer = normalizer
    trainer = trainers.BpeTrainer(initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), special_tokens=["<|im_end|>"])
    plain.train_from_iterator(["order orders 12 12"], trainer)
    plain.add_tokens(list(added))
    fast = PreTrainedTokenizerFast(tokenizer_object=plain, eos_token="<|im_end|>")
    fast.chat_template = template
    return fast


@pytest.mark.parametrize("split, name", [(BYTES, "gpt-2"), (pre_tokenizers.Sequence([DIGITS, BYTES]), "smollm")])
def test_the_pre_tokenizer_is_named_after_what_it_does(split, name):
    assert read_vocabulary(tokenizer(split=split), 300).pre_tokenizer == name


def test_every_id_has_its_token_and_its_kind():
    mine = tokenizer(added=["T-1000"])
    vocabulary = read_vocabulary(mine, len(mine) + 1)
    assert vocabulary.tokens[:-1] == mine.convert_ids_to_tokens(list(range(len(mine))))
    kind = dict(zip(vocabulary.tokens, vocabulary.types, strict=True))
    assert (kind["<|im_end|>"], kind["T-1000"], kind["order"]) == (
        *(TokenType.CONTROL, TokenType.USER_DEFINED),
        TokenType.NORMAL,
    )
    assert vocabulary.types[-1] == TokenType.UNUSED
    assert vocabulary.merges == [" ".join(m) for m in json.loads(mine.backend_tokenizer.to_str())["model"]["merges"]]


@pytest.mark.parametrize(
    "kind",
    [
        {"split": pre_tokenizers.Metaspace()},
        {"split": pre_tokenizers.ByteLevel(add_prefix_space=True)},
        {"split": pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=False), BYTES])},
        {"normalizer": normalizers.NFC()},
        {"added": [AddedToken("<mask>", lstrip=True)]},
    ],
)
def test_a_tokenizer_that_llama_cpp_would_read_otherwise_is_refused(kind):
    made = tokenizer(**kind)
    wanted = getattr(kind.get("split"), "add_prefix_space", False)
    if wanted and not json.loads(made.backend_tokenizer.to_str())["pre_tokenizer"]["add_prefix_space"]:
        pytest.skip("transformers 4 takes add_prefix_space away, so the tokenizer splits as GPT-2's")
    with pytest.raises(NotExportable, match="^GGUF .*this"):
        read_vocabulary(made, 300)


@pytest.mark.parametrize(
    "config",
    [
        Qwen2Config(architectures=["Qwen2ForCausalLM"]),
        LlamaConfig(),  # says no architecture
        LlamaConfig(architectures=["LlamaForCausalLM"], mlp_bias=True),
        LlamaConfig(architectures=["LlamaForCausalLM"], hidden_act="gelu"),
        LlamaConfig(**SCALED),
    ],
)
def test_another_architecture_is_refused(config):
    with pytest.raises(NotExportable, match="^GGUF is written for"):
        check_architecture(config)


def test_ollama_gets_the_template_in_its_words():
    assert modelfile("desk.gguf", tokenizer(), ["<|im_end|>"]) == MODELFILE


text = st.text(max_size=8)
talks = st.lists(st.sampled_from(["user", "assistant"]), min_size=1, max_size=5).flatmap(
    lambda roles: st.tuples(st.booleans(), st.lists(text, min_size=len(roles) + 1, max_size=len(roles) + 1)).map(
        lambda drawn: [
            {"role": role, "content": content}
            for role, content in list(zip(["system", *roles], drawn[1], strict=True))[0 if drawn[0] else 1 :]
        ]
    )
)


@given(talks, st.sampled_from([CHATML, CHAT_TEMPLATE]))
def test_a_plain_template_writes_what_the_models_own_writes(talk, template):
    mine = tokenizer(template)
    plain = plain_template(mine)
    assert plain and plain.render(talk) == mine.apply_chat_template(talk, tokenize=False, add_generation_prompt=True)


@pytest.mark.parametrize(
    "template",
    [
        CHATML.replace("m['content']", "m['content'] | trim"),
        CHATML.replace("m['role'] + '\n'", "m['role'] + (' first' if loop.first else '') + '\n'"),
        CHATML.replace("{% for", "{{ raise_exception('no system') if messages[0]['role'] == 'system' }}{% for"),
        "{% for m in messages %}{{ m['role'] }}{% endfor %}",
    ],
)
def test_a_template_that_does_more_is_left_to_ollama(template):
    assert plain_template(tokenizer(template)) is None
    written = modelfile("desk.gguf", tokenizer(template), ["<|im_end|>"])
    assert "TEMPLATE" not in written and NOT_PLAIN in written


def test_words_that_ollama_would_take_for_its_own_are_not_put_in_quotes():
    assert "TEMPLATE" not in modelfile("desk.gguf", tokenizer(CHATML.replace("help", '"""help')), [])


def test_a_template_with_tools_is_plain_without_them():
    assert plain_template(tokenizer(TOOL_TEMPLATE)) == plain_template(tokenizer(CHAT_TEMPLATE))
