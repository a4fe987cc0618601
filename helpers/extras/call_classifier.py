"""Calls without a language model: a classifier names the function, and a rule or a classifier finds each argument."""

import re
from collections.abc import Callable
from typing import Any

from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from .api_calls import read_call, schemas, write_call

_FLIGHT = re.compile(r"\b([a-z]{2})[ -]?(\d{3})\b", re.IGNORECASE)
_WORDS = "one two three four five six seven eight nine ten eleven twelve thirteen"
_VALUES: dict[str, int] = {word: n for n, word in enumerate(_WORDS.split(), 1)}
_NUMBER = re.compile(rf"\b(?:({'|'.join(_VALUES)})|(\d+))\b")

Finder = Callable[[str], Any]  # from a request to the value of an argument


def classify(train: list[dict], requests: list[str]) -> list[str]:
    """A call for each request, learned from the training examples.

    A flight is found by its form, a number of days or persons by digits or words, a thing by its neighbours, one of a
    fixed list of values by its name; a value or a number that is not named is classified.
    """
    asked = [example["messages"][-2]["content"] for example in train]
    said = [call for example in train if (call := read_call(example["messages"][-1]["content"]))]
    names = _classifier(asked, [name for name, _ in said])
    finders = {name: _finders(name, asked, said) for name in schemas()}
    named = [(names(request), request) for request in requests]
    return [write_call(name, {key: find(text) for key, find in finders[name].items()}) for name, text in named]


def _finders(name: str, asked: list[str], said: list[tuple[str, dict]]) -> dict[str, Finder]:
    """For each argument of the function what finds its value."""
    requests = [request for request, (called, _) in zip(asked, said, strict=True) if called == name]
    finders: dict[str, Finder] = {}
    for key, schema in schemas()[name]["properties"].items():
        values = [arguments[key] for called, arguments in said if called == name]
        if "pattern" in schema:
            finders[key] = _flight
        elif schema["type"] == "integer":
            finders[key] = _number(requests, values)
        elif "enum" in schema:
            finders[key] = _choice(schema["enum"], _classifier(requests, values))
        else:
            finders[key] = _tagger(requests, values)
    return finders


def _classifier(texts: list[str], values: list) -> Finder:
    if len(set(values)) == 1:
        return lambda _: values[0]
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    machine = make_pipeline(make_union(words, letters), LinearSVC(random_state=0)).fit(texts, values)
    return lambda text: machine.predict([text]).tolist()[0]


def _flight(request: str) -> str:
    found = _FLIGHT.search(request)
    return "".join(found.groups()).upper() if found else ""


def _choice(values: list[str], guess: Finder) -> Finder:
    """The value that stands in the request, or what the classifier guesses."""

    def find(request: str) -> str:
        named = [value for value in values if re.search(rf"\b{value}\b", request, re.IGNORECASE)]
        return named[0] if named else guess(request)

    return find


def _number(requests: list[str], values: list[int]) -> Finder:
    """The number that stands in a request; else what a classifier guesses that learned from requests without one."""
    unwritten = [(request, value) for request, value in zip(requests, values, strict=True) if not _written(request)]
    guess = _classifier(*map(list, zip(*unwritten, strict=True))) if unwritten else lambda _: values[0]
    return lambda request: _written(request) or guess(request)


def _written(request: str) -> int:
    """The first number in a request, in days where it counts weeks; 0 without one."""
    text = _FLIGHT.sub("", request).casefold()
    found, unit = _NUMBER.search(text), 7 if "week" in text else 0
    if not found:
        return unit
    return (unit or 1) * (_VALUES[found[1]] if found[1] else int(found[2]))


def _tagger(requests: list[str], values: list[str]) -> Finder:
    """Which words of a request are the value: a classifier of each word by its neighbours."""
    tagged = [(request.split(), value.split()) for request, value in zip(requests, values, strict=True)]
    features = [_neighbours(words, n) for words, _ in tagged for n in range(len(words))]
    within = [_bare(word) in value for words, value in tagged for word in words]
    machine = make_pipeline(DictVectorizer(sparse=False), LinearSVC(random_state=0)).fit(features, within)

    def find(request: str) -> str:
        words = request.split()
        scores = machine.decision_function([_neighbours(words, n) for n in range(len(words))])
        best = int(scores.argmax())
        first = last = best
        while first > 0 and scores[first - 1] > 0:
            first -= 1
        while last + 1 < len(words) and scores[last + 1] > 0:
            last += 1
        return " ".join(map(_bare, words[first : last + 1]))

    return find


def _bare(word: str) -> str:
    return word.strip(".,:;?!")


def _neighbours(words: list[str], n: int) -> dict[str, bool]:
    """Features of the word with number n: itself, two words on each side, and whether it ends a clause."""
    near = {f"{d}:{_bare(words[n + d]).casefold()}": True for d in (-2, -1, 0, 1, 2) if 0 <= n + d < len(words)}
    return near | {f"mark:{words[n][-1:] in '.,:;?!'}": True, f"place:{min(n, 2)}": True}
