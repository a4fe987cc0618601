"""Near-duplicates: examples whose users write almost the same, measured by the letter triples that they share.

All questions are compared with all others. That is exact, and takes time and memory by the square of their number,
so the result for a set of texts is remembered.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations, product

import numpy as np
from scipy.sparse import csr_matrix

from .example import user_text, with_line_numbers
from .report import Finding, finding

MIN_SIMILARITY = 0.6  # of near-duplicates; it finds the planted ones of data/library and no others
BLOCK_PAIRS = 4_000_000  # compared at once: some 100 MB, however many examples there are
REMEMBERED_SETS = 8  # a notebook goes through a few: as read, cleaned, written

Pair = tuple[int, int, float]  # two positions, the earlier one first, and their similarity, 0 to 1


def char_trigrams(text: str) -> frozenset[str]:
    """All runs of three letters in lower case; anything but letters and digits counts as one space."""
    plain = " " + " ".join(re.findall(r"[^\W_]+", text.lower())) + " "
    return frozenset(plain[i : i + 3] for i in range(len(plain) - 2))


def numbers_differ(one: str, other: str) -> bool:
    """Both texts have words with digits (a number, an error code), and not the same ones."""
    codes, others = (set(re.findall(r"[^\W_]*\d[^\W_]*", text.lower())) for text in (one, other))
    return bool(codes and others) and codes != others


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard similarity of two sets, 0 to 1: what they have in common, by what either has. 1 if both are empty."""
    common = len(one & other)
    return common / (len(one) + len(other) - common) if one or other else 1.0


def similar_pairs(sets: Sequence[frozenset[str]], threshold: float) -> list[Pair]:
    """The pairs of sets whose Jaccard similarity is at least `threshold`, above 0. Empty sets are in no pair."""
    column: dict[str, int] = {}
    order = sorted(range(len(sets)), key=lambda n: len(sets[n]))  # by size: sets of other sizes are never alike
    columns = [column.setdefault(trigram, len(column)) for n in order for trigram in sets[n]]
    sizes = np.array([len(sets[n]) for n in order], dtype=np.int64)
    ends = np.concatenate([[0], np.cumsum(sizes)])
    has = csr_matrix((np.ones(len(columns), dtype=np.int32), columns, ends), shape=(len(sets), max(1, len(column))))
    found, block = [], max(1, BLOCK_PAIRS // max(1, len(sets)))
    for start in range(0, len(sets), block):
        end = min(start + block, len(sets))
        stop = int(np.searchsorted(sizes, sizes[end - 1] / threshold + 1, side="right"))  # + 1: no rounding loses one
        common = (has[start:end] @ has[start:stop].T).toarray()
        similarity = common / np.maximum(1, sizes[start:end, None] + sizes[start:stop] - common)  # as `jaccard`
        for one, other in np.argwhere(similarity >= threshold).tolist():
            if one < other:
                first, second = sorted((order[start + one], order[start + other]))
                found.append((first, second, float(similarity[one, other])))
    return found


@lru_cache(REMEMBERED_SETS)
def _compared(texts: frozenset[str]) -> tuple[dict[str, int], list[Pair]]:
    """A number for each text, the same for texts of the same trigrams, and the pairs of similar ones.

    Texts without a letter or digit have no number.
    """
    numbers: dict[frozenset[str], int] = {}
    number_of = {text: numbers.setdefault(own, len(numbers)) for text in texts if (own := char_trigrams(text))}
    text_of = {number: text for text, number in number_of.items()}
    similar = similar_pairs(list(numbers), MIN_SIMILARITY)
    return number_of, [pair for pair in similar if not numbers_differ(text_of[pair[0]], text_of[pair[1]])]


def _grouped(examples: list[dict]) -> tuple[dict[int, list[int]], list[Pair]]:
    """Positions of the examples with the same trigrams, by their number; and the pairs of similar numbers."""
    texts = [user_text(example) for example in examples]
    number_of, similar = _compared(frozenset(texts))
    positions: dict[int, list[int]] = defaultdict(list)
    for n, text in enumerate(texts):
        if text in number_of:
            positions[number_of[text]].append(n)
    return positions, similar


def near_duplicates(examples: list[dict]) -> list[Pair]:
    """All pairs of near-duplicates; the similarity of duplicates is 1."""
    positions, similar = _grouped(examples)
    pairs = [(a, b, 1.0) for own in positions.values() for a, b in combinations(own, 2)]
    pairs += [
        (min(a, b), max(a, b), similarity)
        for one, other, similarity in similar
        for a, b in product(positions[one], positions[other])
    ]
    return sorted(pairs)


def first_pairs(examples: list[dict]) -> list[Pair]:
    """As `near_duplicates`, but of duplicates only the first is paired: a thousand make 999 pairs, not 499,500."""
    positions, similar = _grouped(examples)
    pairs = [(own[0], n, 1.0) for own in positions.values() for n in own[1:]]
    for one, other, similarity in similar:
        a, b = sorted((positions[one][0], positions[other][0]))
        pairs.append((a, b, similarity))
    return sorted(pairs)


def without_near_duplicates(examples: list[dict]) -> list[dict]:
    """The examples without those that are a near-duplicate of an earlier one."""
    later = {later for _, later, _ in first_pairs(examples)}
    return [example for n, example in enumerate(examples) if n not in later]


def find_near_duplicates(examples: list[dict]) -> Iterator[Finding]:
    """A finding for each example that is a near-duplicate of an earlier one."""
    lines, seen = [line for line, _ in with_line_numbers(examples)], set()
    for earlier, later, similarity in first_pairs(examples):
        if later not in seen:
            seen.add(later)
            kind = "duplicate" if similarity == 1 else "near-duplicate"
            detail = f"of line {lines[earlier]}: {user_text(examples[earlier]).strip()[:100]}"
            yield finding(lines[later], None, kind, detail)
