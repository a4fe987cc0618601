"""Answer chats with the base model or a tuned one."""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

from .store import Store


@dataclass
class Answer:
    """One answer while it grows. `seconds` counts the model's work on it, not its waiting."""

    prompt_tokens: int
    completion_tokens: int = 0
    text: str = ""
    finish_reason: str | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class Sampling:
    max_tokens: int = 512
    temperature: float = 1.0
    top_p: float = 1.0
    seed: int | None = None
    stop: tuple[str, ...] = field(default=())


class TooLong(ValueError):
    """Prompt and answer do not fit into the model's context."""


class Models:
    """The base model, and tuned models with their adapters merged in; the last two used stay in memory."""

    def __init__(self, base_folder: Path, base_name: str, store: Store):
        self.base_folder, self.base_name, self.store = base_folder, base_name, store
        self.tokenizer = AutoTokenizer.from_pretrained(base_folder)
        self._loaded: OrderedDict[str, torch.nn.Module] = OrderedDict()
        self._loading = threading.Lock()
        self._turn = threading.Lock()  # answers take turns token by token

    def model(self, name: str):
        with self._loading:
            if name not in self._loaded:
                self._loaded[name] = self._load(name)
            self._loaded.move_to_end(name)
            if len(self._loaded) > 2:
                self._loaded.popitem(last=False)
            return self._loaded[name]

    def forget(self, name: str) -> None:
        with self._loading:
            self._loaded.pop(name, None)

    def _load(self, name: str):
        adapter = None if name == self.base_name else self.store.weights_folder(name)
        model = AutoModelForCausalLM.from_pretrained(self.base_folder, dtype=torch.float32)
        if adapter:
            model = PeftModel.from_pretrained(model, adapter).merge_and_unload()
        return model.eval()

    def answer(self, name: str, messages: list[dict], sampling: Sampling) -> Iterator[Answer]:
        """The growing answer, after the prompt was read and after every token."""
        model = self.model(name)
        ids = self.tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_dict=False)
        room = model.config.max_position_embeddings - len(ids)
        if room < 1:
            raise TooLong(f"The prompt has {len(ids)} tokens; the model reads {model.config.max_position_embeddings}.")
        answer = Answer(prompt_tokens=len(ids))
        yield answer
        produced: list[int] = []
        for token, seconds in self._tokens(model, ids, sampling):
            answer.seconds += seconds
            answer.completion_tokens += 1
            if token in self._ends(model):
                answer.finish_reason = "stop"
                break
            produced.append(token)
            text = self.tokenizer.decode(produced, skip_special_tokens=True)
            if cut := [text.index(stop) for stop in sampling.stop if stop in text]:
                answer.text, answer.finish_reason = text[: min(cut)], "stop"
                break
            if not text.endswith("\ufffd"):  # half of a character is not shown yet
                answer.text = text
            if len(produced) >= min(sampling.max_tokens, room):
                answer.finish_reason = "length"
                break
            yield answer
        yield answer

    @staticmethod
    def _ends(model) -> set[int]:
        ends = model.generation_config.eos_token_id
        return set(ends) if isinstance(ends, list) else {ends}

    def _tokens(self, model, ids: list[int], sampling: Sampling) -> Iterator[tuple[int, float]]:
        """The next token and the seconds it took, without end."""
        random = torch.Generator()
        random.seed() if sampling.seed is None else random.manual_seed(sampling.seed)
        cache, step = None, torch.tensor([ids])
        while True:
            with self._turn, torch.inference_mode():
                started = time.perf_counter()
                out = model(input_ids=step, past_key_values=cache, use_cache=True, logits_to_keep=1)
                token = pick(out.logits[0, -1].float(), sampling, random)
                seconds = time.perf_counter() - started
            cache, step = out.past_key_values, torch.tensor([[token]])
            yield token, seconds


def pick(logits: torch.Tensor, sampling: Sampling, random: torch.Generator) -> int:
    """The most probable token at temperature 0, else a draw from the `top_p` most probable."""
    if sampling.temperature == 0:
        return int(logits.argmax())
    chances, order = torch.softmax(logits / sampling.temperature, -1).sort(descending=True)
    chances[chances.cumsum(0) - chances > sampling.top_p] = 0
    return int(order[torch.multinomial(chances, 1, generator=random)])
