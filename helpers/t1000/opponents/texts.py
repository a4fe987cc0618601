"""Turns the texts of tickets into words, sentences and features for a classifier."""

import re

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion

from .slots import DATE, ORDER


def conversation_text(messages: list[dict]) -> str:
    """All turns after the system prompt. The desk's earlier turns count: they tell what a reply is about."""
    return "\n".join(message["content"] for message in messages if message["role"] != "system")


def with_placeholders(text: str) -> str:
    """The text with one word for every order number, and one for every date."""
    return DATE.sub(" dateword ", ORDER.sub(" orderword ", text))


def comparable_text(messages: list[dict]) -> str:
    """All turns after the system prompt, with placeholders: what is compared with other tickets."""
    return with_placeholders(conversation_text(messages))


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
    """The sentences and lines that are not empty; the text itself if there is none."""
    return [part for part in re.split(r"(?<=[.!?:])\s+|\n", text) if part.strip()] or [text]


def word_features(words: list[str]) -> list[list[str]]:
    """Features of each word: it and the four words on each side, pairs of them, its end and its place."""
    lower, rows = [word.casefold() for word in words], []
    for n, word in enumerate(words):
        near = [f"{d}:{lower[n + d]}" for d in range(-4, 5) if 0 <= n + d < len(words)]
        pairs = [
            f"{d},{d + 1}:{lower[n + d]} {lower[n + d + 1]}" for d in (-3, -2, 1, 2) if 0 <= n + d < len(words) - 1
        ]
        own = [f"end:{word[-3:].casefold()}", f"capital:{word[:1].isupper()}", f"place:{min(n, 3)}"]
        rows.append([*near, *pairs, *own])
    return rows
