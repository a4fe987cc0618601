"""Prompts for the service desk: a short one, and one with the handbook's entries that fit a question."""

import warnings

import numpy as np
import pandas as pd

from .tickets import SYSTEM_PROMPT

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", message="IProgress not found")  # about a progress bar that is not used
    import bm25s

ENTRIES = 3  # of the handbook that retrieval puts into the prompt
RULES = {
    "en": "You are the service desk of the vacuum cleaner T-1000. Answer the customer in at most two short, polite "
    "sentences, without exclamation marks. Use only the facts below. "
    "If they do not answer the question, say exactly: {off_topic}",
    "de": "Du bist der Kundendienst des Staubsaugers T-1000. Antworte dem Kunden in höchstens zwei kurzen, höflichen "
    "Sätzen, mit Sie und ohne Ausrufezeichen. Nutze nur die Fakten unten. "
    "Wenn sie die Frage nicht beantworten, sag genau: {off_topic}",
}


def short_prompt(question: str, language: str = "en") -> list[dict]:
    """The prompt that the examples were trained with."""
    return _chat(SYSTEM_PROMPT[language], question)


class Retrieval:
    """Finds the entries of the handbook whose words fit a question best (BM25; Robertson and Walker 1994)."""

    def __init__(self, handbook: pd.DataFrame, language: str = "en"):
        self.handbook, self.facts, self.language = handbook, handbook.drop("off_topic"), language
        self._index = bm25s.BM25()
        self._index.index(self._words(list(self.facts.topic + ". " + self.facts.answer)), show_progress=False)

    def best(self, question: str, entries: int = ENTRIES) -> pd.DataFrame:
        """The entries with the highest scores, the best first; equal ones in the handbook's order."""
        found, scores = self._index.retrieve(self._words([question]), k=len(self.facts), show_progress=False)
        rounded = scores[0].round(4)  # so that the last bits, which differ between processors, decide nothing
        return self.facts.iloc[found[0][np.lexsort((found[0], -rounded))][:entries]]

    def prompt(self, question: str) -> list[dict]:
        """The rules and the best entries before the question."""
        return _chat(_with_facts(self.handbook, self.best(question), self.language), question)

    def short_prompt(self, question: str) -> list[dict]:
        """The system prompt of the training, then the best entries, then the question: for a tuned model."""
        facts = "\n".join(self.best(question).answer)
        return _chat(f"{SYSTEM_PROMPT[self.language]}\n{facts}", question)

    def _words(self, texts: list[str]):
        return bm25s.tokenize(texts, stopwords=self.language, show_progress=False)


def _with_facts(handbook: pd.DataFrame, facts: pd.DataFrame, language: str) -> str:
    rules = RULES[language].format(off_topic=handbook.answer["off_topic"])
    return "\n".join(
        [rules, *(f"- {topic}: {answer}" for topic, answer in zip(facts.topic, facts.answer, strict=True))]
    )


def _chat(system: str, question: str) -> list[dict]:
    return [{"role": "system", "content": system}, {"role": "user", "content": question}]
