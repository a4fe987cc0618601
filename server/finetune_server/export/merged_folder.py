"""A tuned model as a folder that transformers and vLLM load: merged weights, tokenizer, chat template, settings."""

import shutil
from pathlib import Path

from transformers import AutoTokenizer, GenerationConfig, PreTrainedModel

from ..model.chat_template import end_of_turn
from ..model.download import TEXT_FILES
from ..model.load import merged_model


def load_merged(base_folder: Path, adapters: Path):
    """The merged model, as `load.merged_model` returns it, and the tokenizer of its base."""
    return merged_model(base_folder, adapters), AutoTokenizer.from_pretrained(base_folder)


def write_merged(folder: Path, model: PreTrainedModel, tokenizer, base_folder: Path) -> None:
    """Write the folder. The tokenizer's files are those of the base; an answer ends where it ends here."""
    for pattern in TEXT_FILES:
        for path in base_folder.glob(pattern):
            if not path.name.endswith(".index.json"):  # it names the files of the base's weights
                shutil.copyfile(path, folder / path.name)
    pad = model.config.pad_token_id if tokenizer.pad_token_id is None else tokenizer.pad_token_id
    begin = model.config.bos_token_id
    model.generation_config = GenerationConfig(
        eos_token_id=end_ids(model, tokenizer), bos_token_id=begin, pad_token_id=pad
    )
    model.save_pretrained(folder)


def end_ids(model: PreTrainedModel, tokenizer) -> list[int]:
    """The tokens that end an answer: those that the model's settings name, and the chat template's own."""
    named = model.generation_config.eos_token_id if model.generation_config else None
    ends = [*(named if isinstance(named, list) else [named]), end_of_turn(tokenizer)]
    return [*dict.fromkeys(token for token in ends if token is not None)]
