"""Reads the tickets, and turns their texts into words, sentences and features for a classifier."""

import json
import re

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion

from helpers.paths import DESK

from .slots import DATE, ORDER


def read(language: str, part: str) -> tuple[list[dict], list[dict]]:
    """The examples of a part, and the truth about each."""
    load = lambda name: [json.loads(line) for line in (DESK / language / name).read_text(encoding="utf-8").splitlines()]
    return load(f"{part}.jsonl"), load(f"{part}.truth.jsonl")


def said(example: dict) -> str:
    """All turns but the last answer. The desk's earlier turns count: they tell what a reply is about."""
    return "\n".join(message["content"] for message in example["messages"][1:-1])


def plain(text: str) -> str:
    """The text with one word for every order number, and one for every date."""
    return DATE.sub(" dateword ", ORDER.sub(" orderword ", text))


def features() -> FeatureUnion:
    """TF-IDF of words and pairs of words, and of two to five letters."""
    return FeatureUnion(
        [
            ("words", TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=1)),
            ("letters", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)),
        ]
    )


def words_of(text: str) -> list[str]:
    """Words, marks and line breaks."""
    return re.findall(r"[\w'+-]+|[^\w\s]|\n", text)


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?:])\s+|\n", text) if part.strip()] or [text]


def word_features(words: list[str], n: int) -> dict[str, int]:
    """Features of the word with number n: the four words on each side, pairs of them, its end and its place."""
    near = {f"{d}:{words[n + d].casefold()}": 1 for d in range(-4, 5) if 0 <= n + d < len(words)}
    pairs = {
        f"{d},{d + 1}:{words[n + d]} {words[n + d + 1]}".casefold(): 1
        for d in (-3, -2, 1, 2)
        if 0 <= n + d < len(words) - 1
    }
    end = {f"end:{words[n][-3:].casefold()}": 1, f"capital:{words[n][:1].isupper()}": 1, f"place:{min(n, 3)}": 1}
    return near | pairs | end
