"""A translator without a language model: a list of words that pairs of sentences show, put into other sentences."""

import re
from collections import Counter, defaultdict
from difflib import SequenceMatcher


def learned_words(train: list[dict]) -> dict[str, str]:
    """For words of the questions, in small letters, those that stand in their place in the answers.

    Words are on the list if most of the questions that have them exchange them, for what they exchange most often.
    """
    pairs = [[message["content"].casefold() for message in example["messages"][-2:]] for example in train]
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for question, answer in pairs:
        old, new = re.findall(r"\w+", question), re.findall(r"\w+", answer)
        for kind, *ends in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if kind == "replace":
                first, last, new_first, new_last = ends
                seen[" ".join(old[first:last])][" ".join(new[new_first:new_last])] += 1
    questions = [question for question, _ in pairs]
    return {
        old: found.most_common(1)[0][0]
        for old, found in seen.items()
        if 2 * found.total() > sum(re.search(rf"\b{old}\b", question) is not None for question in questions)
    }


def replace_words(text: str, words: dict[str, str]) -> str:
    """The text with these words exchanged, the longest first; a capital stays a capital."""
    if not words:
        return text
    expression = "|".join(re.escape(old) for old in sorted(words, key=len, reverse=True))
    return re.sub(rf"\b(?:{expression})\b", lambda found: _as_written(found[0], words), text, flags=re.IGNORECASE)


def has_new_word(example: dict, train: list[dict]) -> bool:
    """Whether the answer exchanges a word of its question that no training answer exchanges."""
    return bool(_exchanged(example) - {word for other in train for word in _exchanged(other)})


def _as_written(old: str, words: dict[str, str]) -> str:
    new = words[old.casefold()]
    return new.capitalize() if old[0].isupper() else new


def _exchanged(example: dict) -> set[str]:
    question, answer = (_words(message["content"]) for message in example["messages"][-2:])
    return question - answer


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))
