"""The simplest opponent: the answer to the most similar training ticket, as it stands."""

from collections.abc import Iterable

from sklearn.metrics.pairwise import linear_kernel

from .texts import features, plain, said


class NearestTicket:
    """Finds the training ticket with the highest cosine similarity by TF-IDF of words and letters."""

    def __init__(self, examples: list[dict]):
        self._answers = [example["messages"][-1]["content"] for example in examples]
        self._space = features()
        self._known = self._space.fit_transform([plain(said(example["messages"][:-1])) for example in examples])

    def answer(self, messages: list[dict]) -> str:
        """The answer to the ticket that is most like these messages."""
        alike = linear_kernel(self._space.transform([plain(said(messages))]), self._known)
        return self._answers[int(alike.argmax())]

    def answers(self, prompts: Iterable[list[dict]]) -> list[str]:
        """An answer for each prompt."""
        return [self.answer(messages) for messages in prompts]
