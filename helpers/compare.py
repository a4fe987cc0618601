"""Ask models the same questions, and compare their answers."""

import re
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
from openai import OpenAI

from . import costs
from .api_errors import explain_errors
from .backends.backend import on_this_machine
from .plural import plural
from .progress import progress_bar
from .tokens import bill
from .training_data.letter_triples import char_trigrams, jaccard

ANSWERS_BUDGET_USD = 1.00  # the most that the answers of one call may cost, unless the reader says otherwise
MAX_RETRIES = 5  # of each question: answers are paid for, and one failed question would lose all of them


@explain_errors()
def ask(client: OpenAI, model: str, messages: list[dict], max_tokens: int = 40) -> dict:
    """One answer: `answer`, `prompt_tokens`, `completion_tokens`, `seconds`.

    The seconds are those that the server says it worked; NaN if it does not say. Raises openai.APIError.
    """
    raw = client.chat.completions.with_raw_response.create(
        model=model,
        messages=messages,  # pyright: ignore[reportArgumentType]  # plain dicts, as they are in the data
        temperature=0,
        max_completion_tokens=max_tokens,
    )
    completion = raw.parse()
    assert completion.usage  # only streams leave it out
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
    budget_usd: float = ANSWERS_BUDGET_USD,
) -> pd.DataFrame:
    """Ask every prompt, `at_once` at a time, with a progress bar. A row for each answer, in the prompts' order.

    The columns are the keys of `ask`. The most that this can cost is shown first, or the number of tokens where no
    price is known. Raises costs.OverBudget above the budget; then nothing was asked. Raises openai.APIError where
    one question fails for good; questions that were not asked yet are not asked then.
    """
    _show_cost(client, model, prompts, max_tokens, budget_usd)
    patient = client.with_options(max_retries=MAX_RETRIES)
    with ThreadPoolExecutor(at_once) as pool:
        answers = pool.map(lambda messages: ask(patient, model, messages, max_tokens), prompts)
        return pd.DataFrame(progress_bar(answers, model, len(prompts)))


def _show_cost(client: OpenAI, model: str, prompts: list[list[dict]], max_tokens: int, budget_usd: float) -> None:
    try:
        usd = costs.answers_at_most(prompts, model, max_tokens)
    except costs.NoPrice:
        if not on_this_machine(str(client.base_url)):
            prompt_tokens = bill(({"messages": prompt} for prompt in prompts), model).tokens
            print(
                f"{plural(len(prompts), 'answer')} of {model} read about {prompt_tokens:,} tokens "
                f"and write at most {max_tokens * len(prompts):,}. "
                "Its price is not known here: if this address costs money, look it up there."
            )
        return
    answers = plural(len(prompts), "answer")
    print(f"{answers} of {model} cost at most about {usd:.2f} USD. Budget: {budget_usd:.2f} USD.")
    costs.check_budget(usd, budget_usd)


def states_fact(answer: str, expression: str) -> bool:
    """Whether the answer states the fact that this regular expression recognizes, in upper or lower case."""
    return re.search(expression, answer, re.IGNORECASE) is not None


def similarity(answer: str, reference: str) -> float:
    """The share of letter triples that two texts have in common, 0 to 1. It compares letters, not meanings."""
    return jaccard(char_trigrams(answer), char_trigrams(reference))
