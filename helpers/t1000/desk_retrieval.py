"""Finds the entries of the handbook that a ticket is about, and puts them into its prompt."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.kernel_ridge import KernelRidge
from sklearn.metrics.pairwise import linear_kernel

from .desk_files import prompts_of
from .opponents.texts import comparable_text, conversation_text, features
from .prompts import ENTRIES, Retrieval
from .tickets import SYSTEM_PROMPT

FOLDS = 8
ALPHA = 0.3  # of the ridge regression, chosen on the validation tickets
SHARED = 0.05  # of the texts: words and letters in more than so many are shared by most pairs
OWN_WORDS = 0.5  # weight of an entry's own words, beside what the training tickets teach
RULES = (
    "You are the service desk of the vacuum cleaner T-1000. Answer the customer in a few short, polite sentences, "
    "without exclamation marks. Name what the customer asks about. Ask back where a detail is missing. "
    "Use only the facts below."
)


class LearnedRetrieval:
    """Ranks the entries by what the training tickets asked, and by the words of the entries.

    Ridge regression learns which entries a ticket needs: the training tickets vote, those with like words the most, and
    each entry's own text counts as one more ticket. The cosine similarity of ticket and entry is added to its score, so
    that an entry can be found that no training ticket needed.
    """

    def __init__(self, handbook: pd.DataFrame, examples: list[dict], truths: list[dict]):
        self.handbook = handbook
        entries = list(handbook.topic + ". " + handbook.answer)
        texts = [comparable_text(prompt) for prompt in prompts_of(examples)] + entries
        needed = np.vstack([_needed(truths, handbook.index), np.eye(len(handbook), dtype=int)])
        self._space = features()
        self._table = table = self._space.fit_transform(texts)
        self._entries = table[len(examples) :]
        alpha: Any = ALPHA  # its types know whole numbers only
        self._votes = KernelRidge(alpha=alpha, kernel="precomputed").fit(similarities(table), needed)

    def best(self, prompts: list[list[dict]], entries: int = ENTRIES) -> list[pd.DataFrame]:
        """For each prompt the entries with the highest scores, the best first."""
        rows = self._space.transform([comparable_text(messages) for messages in prompts])
        scores = self._votes.predict(linear_kernel(rows, self._table)) + OWN_WORDS * linear_kernel(rows, self._entries)
        # Rounded, so that the last bits, which differ between processors, decide nothing.
        return [self.handbook.iloc[order[:entries]] for order in np.argsort(-scores.round(6), kind="stable")]


def similarities(table: Any) -> np.ndarray:
    """The cosine similarity of each pair of rows of a sparse table, as `linear_kernel` has it.

    What many texts share is multiplied as a dense table, in a third of the time.
    """
    shared = np.bincount(table.indices, minlength=table.shape[1]) > SHARED * table.shape[0]
    columns = table.tocsc()
    dense, rare = columns[:, shared].toarray(), columns[:, ~shared].tocsr()
    similar, more = dense @ dense.T, (rare @ rare.T).tocoo()
    similar[more.row, more.col] += more.data
    return similar


def _needed(truths: list[dict], ids: pd.Index) -> np.ndarray:
    """A row for each ticket, with a 1 for each entry that its answer states."""
    return np.array([[int(fact in truth["facts"]) for fact in ids] for truth in truths])


def hit_rates(found: list[pd.DataFrame], truths: list[dict], among: tuple[int, ...] = (1, ENTRIES)) -> dict[str, float]:
    """Of all entries that the tickets need, the share that is among the first entries found."""
    needed = sum(len(truth["facts"]) for truth in truths)
    return {
        f"among {n}": sum(
            len({*truth["facts"]} & {*entries.index[:n]}) for entries, truth in zip(found, truths, strict=True)
        )
        / needed
        for n in among
    }


def searches_compared(learned: LearnedRetrieval, examples: list[dict], truths: list[dict]) -> pd.DataFrame:
    """The hit rates of the search by words (BM25) and of the one that learned, a row for each."""
    prompts, by_words = prompts_of(examples), Retrieval(learned.handbook)
    found = {
        "by words": [by_words.best(conversation_text(prompt)) for prompt in prompts],
        "learned": learned.best(prompts),
    }
    return pd.DataFrame({name: hit_rates(entries, truths) for name, entries in found.items()}).T


def with_entries(messages: list[dict], entries: pd.DataFrame, instructions: str = SYSTEM_PROMPT["en"]) -> list[dict]:
    """The messages with these entries of the handbook, after the instructions, as their system prompt."""
    facts = [f"- {topic}: {answer}" for topic, answer in zip(entries.topic, entries.answer, strict=True)]
    return [{"role": "system", "content": "\n".join([instructions, *facts])}, *messages[1:]]


def all_with_entries(
    prompts: list[list[dict]], entries: pd.DataFrame | list[pd.DataFrame], instructions: str = SYSTEM_PROMPT["en"]
) -> list[list[dict]]:
    """`with_entries` for each prompt: with its own entries, or with the same table for all."""
    of_each = [entries] * len(prompts) if isinstance(entries, pd.DataFrame) else entries
    return [with_entries(prompt, own, instructions) for prompt, own in zip(prompts, of_each, strict=True)]


def examples_with_entries(handbook: pd.DataFrame, examples: list[dict], truths: list[dict]) -> list[dict]:
    """A fold of the training examples, each with its retrieved entries in the prompt.

    The retrieval learns from the other folds: on tickets that it knows it would be better than on those of customers,
    and the model would learn to trust it too much.
    """
    fold = _folds(truths)
    kept, held_out = np.flatnonzero(fold), np.flatnonzero(fold == 0)
    retrieval = LearnedRetrieval(handbook, [examples[n] for n in kept], [truths[n] for n in kept])
    chosen = [examples[n] for n in held_out]
    prompts = prompts_of(chosen)
    return [
        {"messages": [*prompt, example["messages"][-1]]}
        for example, prompt in zip(chosen, all_with_entries(prompts, retrieval.best(prompts)), strict=True)
    ]


def _folds(truths: list[dict]) -> np.ndarray:
    """The fold of each ticket, from 0. Tickets about the same thing are in the same fold."""
    things = [next(iter(truth["things"].values()), f"ticket {n}").casefold() for n, truth in enumerate(truths)]
    return pd.factorize(np.array(things))[0] % FOLDS
