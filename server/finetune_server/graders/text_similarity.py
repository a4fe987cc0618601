"""The grader text_similarity: how alike two texts are, from 0 to 1."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from .grade import Ask, Case, Grade
from .on_texts import graded_texts
from .placeholders import Placeholder, placeholders_in

WORD = re.compile(r"\w+")


def fuzzy_match(text: str, reference: str) -> float:
    """1 minus the share of letters to delete and insert, by rapidfuzz's `ratio`."""
    from rapidfuzz.fuzz import ratio

    return ratio(text, reference) / 100


def bleu(text: str, reference: str) -> float:
    """Sentence BLEU of sacrebleu, with its smoothing and tokens (Papineni et al. 2002; Post 2018, arXiv:1804.08771)."""
    from sacrebleu import sentence_bleu

    return min(1.0, sentence_bleu(text, [reference]).score / 100)


def gleu(text: str, reference: str) -> float:
    """The smaller of precision and recall of all word n-grams up to 4 (Wu et al. 2016, arXiv:1609.08144, 7.3)."""
    said, wanted = (sum((_ngrams(t.split(), n) for n in range(1, 5)), Counter()) for t in (text, reference))
    most = max(said.total(), wanted.total())
    return (said & wanted).total() / most if most else 0.0


def rouge_n(n: int, text: str, reference: str) -> float:
    """F1 of the word n-grams that both have (Lin 2004, "ROUGE", section 2), lower-case, without stemming."""
    said, wanted = _ngrams(_words(text), n), _ngrams(_words(reference), n)
    return _f1((said & wanted).total(), said.total(), wanted.total())


def rouge_l(text: str, reference: str) -> float:
    """F1 of the longest common subsequence of words (Lin 2004, section 3), lower-case, without stemming."""
    said, wanted = _words(text), _words(reference)
    return _f1(_longest_common(said, wanted), len(said), len(wanted))


METRICS: dict[str, Callable[[str, str], float]] = {
    "fuzzy_match": fuzzy_match,
    "bleu": bleu,
    "gleu": gleu,
    **{f"rouge_{n}": partial(rouge_n, n) for n in range(1, 6)},
    "rouge_l": rouge_l,
}


@dataclass(frozen=True)
class TextSimilarity:
    name: str
    input: str
    reference: str
    evaluation_metric: str
    type: str = "text_similarity"

    def placeholders(self) -> list[Placeholder]:
        return placeholders_in(self.input) + placeholders_in(self.reference)

    def models(self) -> list[str]:
        return []

    def grade(self, cases: list[Case], ask: Ask) -> list[Grade]:
        metric = METRICS[self.evaluation_metric]
        return [graded_texts(case, self.input, self.reference, metric) for case in cases]


def _words(text: str) -> list[str]:
    return WORD.findall(text.lower())


def _ngrams(words: list[str], n: int) -> Counter:
    return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))


def _f1(common: int, said: int, wanted: int) -> float:
    return 2 * common / (said + wanted) if common else 0.0


def _longest_common(a: list[str], b: list[str]) -> int:
    row = [0] * (len(b) + 1)
    for word in a:
        above = 0
        for j, other in enumerate(b, 1):
            above, row[j] = row[j], above + 1 if word == other else max(row[j], row[j - 1])
    return row[-1]
