"""Ask models the same questions and measure the answers."""

import re
import sys
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
from openai import OpenAI
from scipy.stats import binomtest
from tqdm import tqdm

from .data.copies import letter_triples, likeness


def ask(client: OpenAI, model: str, messages: list[dict], max_tokens: int = 40) -> dict:
    """One answer with its tokens and the seconds the server says it worked on it."""
    raw = client.chat.completions.with_raw_response.create(
        model=model, messages=messages, temperature=0, max_completion_tokens=max_tokens
    )
    completion = raw.parse()
    return {
        "answer": completion.choices[0].message.content,
        "prompt_tokens": completion.usage.prompt_tokens,
        "completion_tokens": completion.usage.completion_tokens,
        "seconds": int(raw.headers["openai-processing-ms"]) / 1000,
    }


def ask_all(client: OpenAI, model: str, prompts: list[list[dict]], at_once: int = 16, max_tokens: int = 40) -> pd.DataFrame:
    """Ask every prompt, several at once, with a bar; a row for each in the order given."""
    with ThreadPoolExecutor(at_once) as pool:
        answers = pool.map(lambda messages: ask(client, model, messages, max_tokens), prompts)
        bar = "{desc}|{bar:30}| {n}/{total}"
        return pd.DataFrame(tqdm(answers, model, len(prompts), file=sys.stdout, bar_format=bar, ascii=" ▏▎▍▌▋▊▉█"))


def states_fact(answer: str, expression: str) -> bool:
    """Does the answer state the fact that this regular expression of the handbook recognizes?"""
    return re.search(expression, answer, re.IGNORECASE) is not None


def like(answer: str, reference: str) -> float:
    """How alike two texts are in their letters, from 0 to 1. A weak measure: it knows nothing of what they mean."""
    return likeness(letter_triples(answer), letter_triples(reference))


def exact_interval(right: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """The exact (Clopper-Pearson) confidence interval for a rate of `right` in `n`."""
    interval = binomtest(int(right), int(n)).proportion_ci(confidence, method="exact")
    return interval.low, interval.high
