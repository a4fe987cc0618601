"""Ask models the same questions and measure the answers."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
from openai import OpenAI
from tqdm import tqdm

from . import costs
from .data.copies import letter_triples, likeness
from .grading import states_fact as states_fact  # the lessons say compare.states_fact(...)
from .places.base import on_this_machine
from .refusals import explained
from .stats import exact_interval as exact_interval  # and compare.exact_interval(...)
from .tokens import bill

BUDGET_USD = 1.00  # what the answers of one call may cost, unless the reader says otherwise
RETRIES = 5  # of one question among many: each answer is paid, and one that fails takes the others with it


@explained()
def ask(client: OpenAI, model: str, messages: list[dict], max_tokens: int = 40) -> dict:
    """One answer with its tokens and the seconds the server says it worked on it; NaN if it does not say."""
    raw = client.chat.completions.with_raw_response.create(
        model=model,
        messages=messages,  # pyright: ignore[reportArgumentType]  # plain dicts, as they stand in the data
        temperature=0,
        max_completion_tokens=max_tokens,
    )
    completion = raw.parse()
    assert completion.usage  # it is only left out of streams
    return {
        "answer": completion.choices[0].message.content or "",  # a refusal has no content
        "prompt_tokens": completion.usage.prompt_tokens,
        "completion_tokens": completion.usage.completion_tokens,
        "seconds": float(raw.headers.get("openai-processing-ms", "nan")) / 1000,
    }


def ask_all(
    client: OpenAI,
    model: str,
    prompts: list[list[dict]],
    at_once: int = 16,
    max_tokens: int = 40,
    budget_usd: float = BUDGET_USD,
) -> pd.DataFrame:
    """Ask every prompt, several at once, with a bar; a row for each in the order given.

    The most that this can cost is shown first, or the tokens of it where no price is known. Raises costs.OverBudget
    above the budget; then nothing was asked. Where one question fails for good, those not yet asked are not asked.
    """
    _show_cost(client, model, prompts, max_tokens, budget_usd)
    patient = client.with_options(max_retries=RETRIES)
    with ThreadPoolExecutor(at_once) as pool:
        answers = pool.map(lambda messages: ask(patient, model, messages, max_tokens), prompts)
        bar = "{desc}|{bar:30}| {n}/{total}"
        return pd.DataFrame(tqdm(answers, model, len(prompts), file=sys.stdout, bar_format=bar, ascii=" ▏▎▍▌▋▊▉█"))


def _show_cost(client: OpenAI, model: str, prompts: list[list[dict]], max_tokens: int, budget_usd: float) -> None:
    try:
        usd = costs.answers_at_most(prompts, model, max_tokens)
    except costs.NoPrice:
        if not on_this_machine(str(client.base_url)):
            read = bill(({"messages": prompt} for prompt in prompts), model).tokens
            print(
                f"{len(prompts)} answers of {model} read about {read:,} tokens "
                f"and write at most {max_tokens * len(prompts):,}. "
                "Its price is not known here: if this address costs money, look it up there."
            )
        return
    print(f"{len(prompts)} answers of {model} cost at most about {usd:.2f} USD. Budget: {budget_usd:.2f} USD.")
    costs.check_budget(usd, budget_usd)


def like(answer: str, reference: str) -> float:
    """How alike two texts are in their letters, from 0 to 1. A weak measure: it knows nothing of what they mean."""
    return likeness(letter_triples(answer), letter_triples(reference))
