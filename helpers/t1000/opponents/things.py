"""Finds the words of a ticket that name a thing, and the fact that follows from what the thing is."""

import re
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from scipy.sparse import hstack
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.svm import LinearSVC

from .matters import matter_of
from .texts import conversation_text, features, word_features, words_of


class Things:
    """A tagger, which gives each word the matter whose thing it belongs to, or none. `groups`: from `groups_of`."""

    def __init__(self, examples: list[dict], truths: list[dict], groups: dict[str, str]):
        self._known: dict[str, dict[str, str]] = {}  # things of the training tickets, by matter and in lower case
        self._found: dict[str, dict[str, list[str]]] = {}  # of the texts read
        rows, tags = [], []
        for example, truth in zip(examples, truths, strict=True):
            words = words_of(conversation_text(example["messages"][:-1]))
            rows += word_features(words)
            tags += _tags(words, truth["things"], groups)
            for fact, thing in truth["things"].items():
                self._known.setdefault(matter_of(fact, groups), {})[thing.casefold()] = thing
        each_one: Any = list  # a word's features as they are; the types know names of analyzers only
        self._space = CountVectorizer(analyzer=each_one)
        self._tagger = _classifier(tags, c=0.5).fit(self._space.fit_transform(rows), tags)

    def read(self, texts: Iterable[str]) -> None:
        """Find the things of many texts at once, which takes a fraction of the time that one by one takes."""
        new = {text: words for text in dict.fromkeys(texts) if text not in self._found and (words := words_of(text))}
        if not new:
            return
        rows = [row for words in new.values() for row in word_features(words)]
        tags = iter(self._tagger.predict(self._space.transform(rows)))
        for text, words in new.items():
            self._found[text] = _spans(words, [str(tag) for tag in islice(tags, len(words))])

    def find(self, text: str) -> dict[str, list[str]]:
        """The things of a text by matter, in the text's order."""
        self.read([text])
        return self._found.get(text, {})

    def known(self, matter: str, text: str) -> list[str]:
        """The things of the training tickets that are in the text."""
        return named_in(text, self._known.get(matter, {}))


def named_in(text: str, things: dict[str, str]) -> list[str]:
    """The things whose key, which is in lower case, is in the text as whole words, in any case."""
    lower = text.casefold()
    # Compiling an expression takes long, and most things are not in the text at all.
    return [thing for key, thing in things.items() if key in lower and re.search(rf"\b{re.escape(key)}\b", lower)]


def _tags(words: list[str], things: dict[str, str], groups: dict[str, str]) -> list[str]:
    """A tag for each word. A thing is looked for from the end: the last place is what the answer is about."""
    tags = [""] * len(words)
    for fact, thing in things.items():
        named = [word.casefold() for word in words_of(thing)]
        for n in range(len(words) - len(named), -1, -1):
            if [word.casefold() for word in words[n : n + len(named)]] == named:
                tags[n : n + len(named)] = [matter_of(fact, groups)] * len(named)
                break
    return tags


def _spans(words: list[str], tags: list[str]) -> dict[str, list[str]]:
    """The words that follow each other with the same tag, joined, for each tag once."""
    found: dict[str, list[list[str]]] = {}
    for n, tag in enumerate(tags):
        if tag and n and tags[n - 1] == tag:
            found[tag][-1].append(words[n])
        elif tag:
            found.setdefault(tag, []).append([words[n]])
    return {tag: list(dict.fromkeys(" ".join(one) for one in spans)) for tag, spans in found.items()}


def _classifier(classes: list[str], c: float) -> LinearSVC | DummyClassifier:
    """A linear classifier, or one that knows one class only, where few tickets show no other."""
    return LinearSVC(C=c, random_state=0) if len(set(classes)) > 1 else DummyClassifier(strategy="most_frequent")


class Classes:
    """For each matter, a classifier of its things: by their letters and by the text around them."""

    def __init__(self, examples: list[dict], truths: list[dict], groups: dict[str, str], useful: Callable[[str], str]):
        self._useful = useful
        self._known: dict[tuple[str, str], str] = {}  # by matter and thing
        self._found: dict[tuple[str, str, str], str] = {}  # of the texts read; settings are tried on the same ones
        self._classifiers = {}
        for matter in sorted(set(groups.values())):
            things, texts, facts = [], [], []
            for example, truth in zip(examples, truths, strict=True):
                for fact, thing in truth["things"].items():
                    if groups.get(fact) == matter:
                        things.append(thing)
                        texts.append(useful(conversation_text(example["messages"][:-1])))
                        facts.append(fact)
            if matter != "damage":  # a damaged part says nothing about how it was damaged
                self._known |= {(matter, thing.casefold()): fact for thing, fact in zip(things, facts, strict=True)}
            spaces = features(), features()
            table = hstack([3 * spaces[0].fit_transform(things), spaces[1].fit_transform(texts)])
            self._classifiers[matter] = (*spaces, _classifier(facts, c=1).fit(table, facts))

    def fact(self, matter: str, thing: str, text: str) -> str:
        """The fact that answers the matter for this thing."""
        if matter not in self._classifiers:
            return matter
        if known := self._known.get((matter, thing.casefold())):
            return known
        asked = matter, thing, self._useful(text)
        if asked not in self._found:
            self._found[asked] = self._classify(*asked)
        return self._found[asked]

    def _classify(self, matter: str, thing: str, useful: str) -> str:
        letters, around, classifier = self._classifiers[matter]
        row = hstack([3 * letters.transform([thing]), around.transform([useful])])
        return str(classifier.predict(row)[0])
