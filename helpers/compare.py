"""Ask models the same questions and measure the answers."""

import re
import sys
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
from openai import OpenAI
from scipy.stats import binomtest
from tqdm import tqdm

from .refusals import explained

RETRIES = 5  # of one question among many: each answer is paid, and one that fails takes the others with it


@explained()
def ask(client: OpenAI, model: str, messages: list[dict], max_tokens: int = 40) -> dict:
    """One answer with its tokens and the seconds the server says it worked on it; NaN if it does not say."""
    raw = client.chat.completions.with_raw_response.create(
        model=model, messages=messages, temperature=0, max_completion_tokens=max_tokens
    )
    completion = raw.parse()
    return {
        "answer": completion.choices[0].message.content or "",  # a refusal has no content
        "prompt_tokens": completion.usage.prompt_tokens,
        "completion_tokens": completion.usage.completion_tokens,
        "seconds": float(raw.headers.get("openai-processing-ms", "nan")) / 1000,
    }


def ask_all(client: OpenAI, model: str, prompts: list[list[dict]], at_once: int = 16) -> pd.DataFrame:
    """Ask every prompt, several at once, with a bar; a row for each in the order given.

    Where one fails for good, those not yet asked are not asked.
    """
    patient = client.with_options(max_retries=RETRIES)
    with ThreadPoolExecutor(at_once) as pool:
        answers = pool.map(lambda messages: ask(patient, model, messages), prompts)
        bar = "{desc}|{bar:30}| {n}/{total}"
        return pd.DataFrame(tqdm(answers, model, len(prompts), file=sys.stdout, bar_format=bar, ascii=" ▏▎▍▌▋▊▉█"))


def states_fact(answer: str, expression: str) -> bool:
    """Does the answer state the fact that this regular expression of the handbook recognizes?"""
    return re.search(expression, answer, re.IGNORECASE) is not None


def exact_interval(right: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """The exact (Clopper-Pearson) confidence interval for a rate of `right` in `n`."""
    interval = binomtest(int(right), int(n)).proportion_ci(confidence, method="exact")
    return interval.low, interval.high
