"""The simplest opponent: the answer to the most similar training ticket, as it stands or as an example to follow."""

from sklearn.metrics.pairwise import linear_kernel

from .texts import comparable_text, features

EXAMPLES = 3  # in a prompt


class NearestTicket:
    """Finds the training tickets with the highest cosine similarity by TF-IDF of words and letters."""

    def __init__(self, examples: list[dict]):
        self._turns = [example["messages"][1:] for example in examples]
        self._space = features()
        self._known = self._space.fit_transform([comparable_text(turns[:-1]) for turns in self._turns])

    def answer(self, messages: list[dict]) -> str:
        """The answer to the ticket that is most like these messages."""
        return self.answers([messages])[0]

    def answers(self, prompts: list[list[dict]]) -> list[str]:
        """An answer for each prompt."""
        return [nearest[-1]["content"] for [nearest] in self._nearest(prompts, 1)]

    def with_examples(self, prompts: list[list[dict]]) -> list[list[dict]]:
        """Each prompt with the turns of the most similar tickets before its own, the most similar one last."""
        return [
            [system, *(turn for ticket in tickets[::-1] for turn in ticket), *turns]
            for (system, *turns), tickets in zip(prompts, self._nearest(prompts, EXAMPLES), strict=True)
        ]

    def _nearest(self, prompts: list[list[dict]], n: int) -> list[list[list[dict]]]:
        """For each prompt the turns of the n most similar tickets, the most similar one first."""
        alike = linear_kernel(self._space.transform([comparable_text(messages) for messages in prompts]), self._known)
        # Rounded, so that the last bits, which differ between processors, decide nothing.
        order = (-alike.round(6)).argsort(kind="stable")[:, :n]
        return [[self._turns[place] for place in places] for places in order]
