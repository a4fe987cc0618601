"""A chat model of a few thousand parameters, made on the spot: it learns nothing useful, but truly trains."""

from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

CHAT_TEMPLATE = (
    "{% for m in messages %}<s>{{ m['role'] }}: {{ m['content'] }}</s>{% endfor %}"
    "{% if add_generation_prompt %}<s>assistant: {% endif %}"
)
TOOL_TEMPLATE = (  # in the way of Qwen's and SmolLM3's
    "{% if tools %}<s>tools: {% for t in tools %}{{ t | tojson }}{% endfor %}</s>{% endif %}"
    "{% for m in messages %}<s>{{ m['role'] }}: {{ m['content'] }}"
    "{% for c in m['tool_calls'] %}<tool_call>\n"
    '{"name": "{{ c.function.name }}", "arguments": {{ c.function.arguments | tojson }}}'
    "\n</tool_call>{% endfor %}</s>{% endfor %}"
    "{% if add_generation_prompt %}<s>assistant: {% endif %}"
)


def make(
    folder: Path, chat_template: str = CHAT_TEMPLATE, family: str = "llama", words: Sequence[str] = (), **more
) -> Path:
    """A model of one of the families that transformers knows; `more` goes into its configuration.

    Its tokens are bytes, and parts of `words`.
    """
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(words, trainers.BpeTrainer(initial_alphabet=alphabet, special_tokens=["<s>", "</s>"]))
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="</s>", pad_token="</s>")
    fast.chat_template = chat_template
    fast.save_pretrained(folder)
    settings = {
        "vocab_size": len(fast),
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "max_position_embeddings": 512,
        "eos_token_id": fast.eos_token_id,
        "pad_token_id": None,
        "bos_token_id": None,
    }
    config = AutoConfig.for_model(family, **settings | more)
    model = AutoModelForCausalLM.from_config(config)
    for name, weight in model.named_parameters():  # not as transformers draws them: releases differ
        center = 0.5 if weight.ndim == 1 else 0.0  # norms and biases
        torch.nn.init.normal_(weight, center, 0.1, generator=torch.Generator().manual_seed(crc32(name.encode())))
    model.save_pretrained(folder)
    return folder
