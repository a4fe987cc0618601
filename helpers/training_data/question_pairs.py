"""Near-duplicates among many questions, without comparing each with each.

Near-duplicates have the same telling words, mistyped ones aside, or one of them has few more. So questions are put
together by these words, and only those are compared whose words are the same or nested.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from tqdm import tqdm

from .mistyped_words import mistyped_groups
from .nested_sets import nested
from .same_question import MAX_MORE_SHARE, Question, similarity

COMMON_SHARE, MIN_FOR_COMMON = 1 / 3, 50  # a word that a third of 50 questions or more have says little about one
MAX_COMPARED = 200  # near-duplicates of the same telling words that a question is compared with, besides the first ones
SECONDS_SILENT = 20  # before a progress bar is shown: lessons do not need one, also on a busy machine


def among(questions: Sequence[Question]) -> tuple[list[int], list[float], list[int]]:
    """Of each question: an earlier near-duplicate (-1: none), their similarity (0 to 1), and a number for its group.

    Those of one group are connected by near-duplicates.
    """
    numbers, near = _sets_of_words(questions)
    common = _common_words(questions)
    seen: dict[int, list[int]] = defaultdict(list)  # questions by their set of words
    earlier, similarities, group = [-1] * len(questions), [0.0] * len(questions), list(range(len(questions)))
    for n, number in enumerate(tqdm(numbers, "comparing questions", delay=SECONDS_SILENT, leave=False)):
        for other in (m for some in (number, *near.get(number, ())) for m in seen[some]):
            if earlier[n] >= 0 and _root(group, n) == _root(group, other):
                continue  # connected already
            if found := similarity(questions[other], questions[n], common):
                group[_root(group, n)] = _root(group, other)
                if earlier[n] < 0:
                    earlier[n], similarities[n] = other, found
        if earlier[n] < 0 or len(seen[number]) < MAX_COMPARED:
            seen[number].append(n)
    return earlier, similarities, [_root(group, n) for n in range(len(questions))]


def _sets_of_words(questions: Sequence[Question]) -> tuple[array, dict[int, list[int]]]:
    """The number of each question's set of words, and of each set those that lie in it, or it in them."""
    sets: dict[tuple[int, ...], int] = {}
    numbers = array("l", (sets.setdefault(own, len(sets)) for own in _by_words(questions)))
    near: dict[int, list[int]] = defaultdict(list)
    for one, other in nested(list(sets), MAX_MORE_SHARE):
        near[one].append(other)
        near[other].append(one)
    return numbers, near


def _by_words(questions: Sequence[Question]) -> Iterator[tuple[int, ...]]:
    """Each question's telling words and images as sorted numbers, one number for words that typing errors connect."""
    members = [(*one.words.telling, one.images) if one.images else one.words.telling for one in questions]
    known = {word: n for n, word in enumerate(dict.fromkeys(word for own in members for word in own))}
    group = mistyped_groups(list(known))
    return (tuple(sorted({group[known[word]] for word in own})) for own in members)


def _common_words(questions: Sequence[Question]) -> frozenset[str]:
    if len(questions) < MIN_FOR_COMMON:
        return frozenset()
    count = Counter(word for one in questions for word in one.words.telling)
    return frozenset(word for word, n in count.items() if n > COMMON_SHARE * len(questions))


def _root(group: list[int], n: int) -> int:
    """The number that stands for the group of question n (union-find with path halving)."""
    while group[n] != n:
        group[n] = group[group[n]]
        n = group[n]
    return n
