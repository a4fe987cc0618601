"""Classifies a ticket: the matters that it asks about, each a fact of the handbook or a group of facts."""

from collections.abc import Iterable

import numpy as np
from sklearn.multiclass import OneVsRestClassifier
from sklearn.preprocessing import MultiLabelBinarizer
from sklearn.svm import LinearSVC

from ..desk_files import prompts_of
from .slots import SIGNED
from .texts import comparable_text, conversation_text, features, sentences, with_placeholders

_MAX_MATTERS = 2  # matters of a ticket
_CHATTER = 4  # a sentence in tickets about so many matters says nothing about any


def groups_of(truths: list[dict]) -> dict[str, str]:
    """The group of each fact whose thing decides, as in "vacuum": liquids, ash, sharp things and others.

    Only groups with several such facts in the tickets are returned.
    """
    facts: dict[str, set[str]] = {}
    for truth in truths:
        groups = (
            truth["groups"] if len(truth["groups"]) == len(truth["facts"]) else truth["groups"] * len(truth["facts"])
        )
        for fact, group in zip(truth["facts"], groups, strict=True):
            if fact in truth["things"]:
                facts.setdefault(group, set()).add(fact)
    return {fact: group for group, ones in facts.items() if len(ones) > 1 for fact in ones}


def matter_of(fact: str, groups: dict[str, str]) -> str:
    """The group of a fact whose thing decides, else the fact itself."""
    return groups.get(fact, fact)


class Matters:
    """A linear classifier with several labels. `cut`: the score from which a second matter counts."""

    def __init__(self, examples: list[dict], truths: list[dict]):
        self.cut = 0.0
        self._scores: dict[str, np.ndarray] = {}  # of the useful parts of the texts read
        groups = groups_of(truths)
        self._chatter = _chatter(examples, truths, groups)
        texts = [self.useful(conversation_text(prompt)) for prompt in prompts_of(examples)]
        labels = [sorted({matter_of(fact, groups) for fact in truth["facts"]}) for truth in truths]
        self._labels, self._space = MultiLabelBinarizer(), features()
        wanted = self._labels.fit_transform(labels)
        self._classifier = OneVsRestClassifier(LinearSVC(C=1, random_state=0)).fit(
            self._space.fit_transform(texts), wanted
        )

    def useful(self, text: str) -> str:
        """The text without chatter and signature."""
        kept = [part for part in sentences(with_placeholders(text)) if part.casefold() not in self._chatter]
        return SIGNED.sub("", "\n".join(kept)) or text

    def read(self, texts: Iterable[str]) -> None:
        """Score many texts at once, which takes a fraction of the time that one by one takes."""
        new = [useful for useful in dict.fromkeys(map(self.useful, texts)) if useful not in self._scores]
        if new:
            scores = self._classifier.decision_function(self._space.transform(new))
            self._scores |= dict(zip(new, scores, strict=True))

    def find(self, text: str) -> list[str]:
        """The best matter, and a second one if its score is above the cut."""
        self.read([text])
        scores = self._scores[self.useful(text)]
        best = np.argsort(-scores)[:_MAX_MATTERS]
        return [str(self._labels.classes_[n]) for place, n in enumerate(best) if not place or scores[n] > self.cut]


def _chatter(examples: list[dict], truths: list[dict], groups: dict[str, str]) -> set[str]:
    """Sentences that stand, word for word, in tickets about many matters."""
    seen: dict[str, set[str]] = {}
    for example, truth in zip(examples, truths, strict=True):
        for part in sentences(comparable_text(example["messages"][:-1])):
            seen.setdefault(part.casefold(), set()).add(matter_of(truth["facts"][0], groups))
    return {part for part, matters in seen.items() if len(matters) >= _CHATTER}
