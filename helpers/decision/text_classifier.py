"""How far one gets without a language model: the answer to the nearest question, and a classifier of answers.

Both see what the tuned model sees, the training part, and are plain scikit-learn: TF-IDF of words and letters, cosine
similarity, and a linear support vector machine whose classes are the answers that come again.
"""

import random
from collections import Counter

import numpy as np
import pandas as pd

from ..compare import similarity
from ..training_data import split_off_answer
from ..training_data.example import text

MIN_ALIKE = 0.6  # share of letter triples from which on an answer counts as like the desk's, as in lesson 8
MAX_TRAINING = 5_000  # examples that an opponent sees: more take minutes
MAX_ANSWERS = 200  # classes of the classifier, the most frequent answers
MIN_SHARE = 0.5  # of the training examples that these answers must cover, or there is nothing to classify
CURVE_SIZES = (10, 25, 50, 100, 250, 500, 1_000, 2_500)
DRAWS, MAX_DRAWN = 3, 500  # of a training part up to this size; of a larger one a single draw
MAX_ASKED = 500  # validation questions for each point of the curve
BLOCK = 256  # questions that are compared with all known ones at once

NEAREST, CLASSIFIER = "nearest question", "classifier"


def like_the_desk(answers, references) -> list[bool]:
    """Of each answer, whether it has at least MIN_ALIKE of its letter triples in common with the desk's."""
    return [similarity(one, other) >= MIN_ALIKE for one, other in zip(answers, references, strict=True)]


def answers_without_a_model(train: list[dict], asked: list[dict], seed: int = 1) -> dict[str, list[str]]:
    """The answers to these examples' last questions, by opponent; those of the classifier where answers repeat.

    Of more than MAX_TRAINING examples a random part is taken. Nobody answers if there is nothing to learn from.
    """
    if not train or not asked:
        return {NEAREST: []} if train else {}
    if len(train) > MAX_TRAINING:
        train = random.Random(seed).sample(train, MAX_TRAINING)
    pairs = [_pair(example) for example in train]
    questions, answers = [question for question, _ in pairs], [answer for _, answer in pairs]
    space = _features()
    try:
        known = space.fit_transform(questions)
    except ValueError:  # no question has a word
        return {NEAREST: [answers[0]] * len(asked)}
    classify = _classifier(known, answers, seed)
    found: dict[str, list[str]] = {NEAREST: []} | ({CLASSIFIER: []} if classify else {})
    for start in range(0, len(asked), BLOCK):  # a large export has thousands, with hundreds of features each
        new = space.transform([_pair(example)[0] for example in asked[start : start + BLOCK]])
        found[NEAREST] += [answers[n] for n in _nearest(new, known)]
        if classify:
            found[CLASSIFIER] += classify(new)
    return found


def curve_without_a_model(parts: dict[str, list[dict]]) -> pd.DataFrame:
    """A row for each opponent, size and draw: opponent, examples, right, of, on the validation part."""
    train, asked = parts["train"], parts["validation"][:MAX_ASKED]
    references = [_pair(example)[1] for example in asked]
    most, rows = min(len(train), CURVE_SIZES[-1]), []
    for size in [*(n for n in CURVE_SIZES if n < most), most] if asked and train else []:
        for seed in range(1, DRAWS + 1 if size < min(len(train), MAX_DRAWN) else 2):
            drawn = random.Random(seed).sample(train, size)
            for name, answers in answers_without_a_model(drawn, asked, seed).items():
                rows.append((name, size, sum(like_the_desk(answers, references)), len(asked)))
    return pd.DataFrame(rows, columns=["opponent", "examples", "right", "of"])


def _pair(example: dict) -> tuple[str, str]:
    """What the user wrote before the last answer, and that answer."""
    prompt, answer = split_off_answer(example)
    return "\n".join(text(message) for message in prompt if message.get("role") == "user"), answer


def _features():
    from sklearn.feature_extraction.text import TfidfVectorizer  # here and below, as it is large, and needed last
    from sklearn.pipeline import make_union

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\w+")
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    return make_union(words, letters)


def _classifier(known, answers: list[str], seed: int):
    """What gives each question one of the answers that come again, or None if these are too few."""
    from sklearn.svm import LinearSVC

    usual = Counter(answers).most_common(MAX_ANSWERS)
    usual = sorted(answer for answer, times in usual if times > 1)
    place = {answer: n for n, answer in enumerate(usual)}  # classes are numbers: NumPy cuts a NUL off a text
    rows = [n for n, answer in enumerate(answers) if answer in place]
    if len(usual) < 2 or len(rows) < MIN_SHARE * len(answers):
        return None
    machine = LinearSVC(random_state=seed).fit(known[rows], [place[answers[n]] for n in rows])
    return lambda new: [usual[n] for n in machine.predict(new)]


def _nearest(new, known) -> list[int]:
    """The position of the most similar known row, for each new one."""
    from sklearn.metrics.pairwise import linear_kernel

    return [int(n) for n in np.argmax(linear_kernel(new, known), axis=1)]
