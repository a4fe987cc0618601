"""Whether two messages ask the same in the same words: typing errors, endings and small words may differ."""

import json
from collections.abc import Collection
from hashlib import sha256
from typing import NamedTuple

from .example import messages, text
from .letter_triples import char_trigrams, jaccard, plain
from .message_core import core
from .nested_sets import MAX_MORE
from .telling_words import Words, are_opposite, unmatched, words

MIN_SIMILARITY = 0.4  # of letter triples, where all telling words are the same; it grows with what one says more
MAX_MORE_SHARE = 0.4  # of the telling words of the one that says more
BETWEEN_MESSAGES, BEFORE_IMAGES = "\x1e", "\x1f"


class Question(NamedTuple):
    """What a user's messages are compared by."""

    plain: str  # letters and digits, without greetings, signatures and quotes
    words: Words
    messages: int
    images: str  # a hash of what else than text is asked about; "" if nothing


def asked(example: dict) -> str:
    """All messages of the user in one text, with a hash of their images, files and sounds."""
    said = [m for m in messages(example) if m.get("role") == "user"]
    parts = [part for m in said if isinstance(m.get("content"), list) for part in m["content"]]
    shown = [part for part in parts if not (isinstance(part, dict) and isinstance(part.get("text"), str))]
    all_said = BETWEEN_MESSAGES.join(map(text, said))
    return (
        f"{all_said}{BEFORE_IMAGES}{sha256(json.dumps(shown, default=str).encode()).hexdigest()}" if shown else all_said
    )


def question(asked: str) -> Question:
    """What is compared of a text that `asked` returned."""
    said, _, images = asked.partition(BEFORE_IMAGES)
    cores = [core(message) for message in said.split(BETWEEN_MESSAGES)]
    all_said = "\n".join(cores)
    return Question(plain(all_said), words(all_said), len(cores), images)


def similarity(one: Question, other: Question, common: Collection[str] = ()) -> float:
    """The Jaccard similarity of their letter triples, 0 to 1; 0 if they are different questions.

    `common` are words that many questions of the set have, and that say nothing about one of them.
    """
    if one.images != other.images or are_opposite(one.words, other.words):
        return 0.0
    mine, yours = unmatched(one.words, other.words)
    if mine and yours:
        return 0.0
    share = 0.0
    if more := mine or yours:
        telling = (one if mine else other).words.telling
        share = len(more) / sum(word in more or word not in common for word in telling)
        if len(more) > MAX_MORE or share > MAX_MORE_SHARE or one.messages != other.messages:
            return 0.0
    found = jaccard(char_trigrams(one.plain), char_trigrams(other.plain))
    return found if found >= MIN_SIMILARITY + share else 0.0
