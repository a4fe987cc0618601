"""The simplest opponent: the answer to the most similar training ticket, as it stands or as an example to follow."""

from collections.abc import Iterable

from sklearn.metrics.pairwise import linear_kernel

from .texts import features, plain, said

EXAMPLES = 3  # in a prompt


class NearestTicket:
    """Finds the training tickets with the highest cosine similarity by TF-IDF of words and letters."""

    def __init__(self, examples: list[dict]):
        self._turns = [example["messages"][1:] for example in examples]
        self._space = features()
        self._known = self._space.fit_transform([plain(said(turns[:-1])) for turns in self._turns])

    def answer(self, messages: list[dict]) -> str:
        """The answer to the ticket that is most like these messages."""
        return self._nearest(messages, 1)[0][-1]["content"]

    def answers(self, prompts: Iterable[list[dict]]) -> list[str]:
        """An answer for each prompt."""
        return [self.answer(messages) for messages in prompts]

    def with_examples(self, messages: list[dict]) -> list[dict]:
        """The messages after those of the most similar tickets, the most similar one last: a prompt with examples."""
        system, *turns = messages
        nearest = self._nearest(messages, EXAMPLES)[::-1]
        return [system, *(turn for example in nearest for turn in example), *turns]

    def _nearest(self, messages: list[dict], n: int) -> list[list[dict]]:
        """The turns of the n most similar tickets, the most similar one first."""
        alike = linear_kernel(self._space.transform([plain(said(messages))]), self._known)[0]
        # Rounded, so that the last bits, which differ between processors, decide nothing.
        return [self._turns[place] for place in (-alike.round(6)).argsort(kind="stable")[:n]]
