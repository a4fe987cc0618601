"""Personal data in the labelled sets: what our rules find, what Presidio finds, and our rules with Presidio's names.

Presidio needs presidio-analyzer and spaCy's models; SPACY_MODELS names others than the small ones, in English and
German, as names or folders.
"""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable

import pandas as pd

from helpers.training_data import personal_data
from helpers.training_data.presidio_people import Analyzer, language_of, presidio

from ..helpers.test_labelled_personal_data import HELD_OUT, TUNED, is_whole, labelled_set

MODELS = os.environ.get("SPACY_MODELS", "en_core_web_sm de_core_news_sm").split()
PRESIDIO = {
    "PERSON": "name",
    "LOCATION": "address",
    "PHONE_NUMBER": "phone",
    "EMAIL_ADDRESS": "e-mail",
    "IBAN_CODE": "IBAN",
    "CREDIT_CARD": "card number",
    "IP_ADDRESS": "IP address",
}  # what Presidio and we call the same
KINDS = {"names": ("name",), "addresses": ("address",), "numbers": tuple(PRESIDIO.values())[2:]}
GERMAN = frozenset("äöüß")
GERMAN_WORDS = frozenset(
    "der die das und ist ich sie bitte mein meine ihr ihre herr frau hallo grüße für mit nicht von wir haben bei auf "
    "am im den dem zur zum name kontoinhaber straße liebe lieber danke guten tag sehr geehrte".split()
)
Spans = Iterable[tuple[int, int, str]]  # start, end and kind
Find = Callable[[str], Spans]


def is_german(text: str) -> bool:
    words = text.lower().split()
    return bool(GERMAN & set(text.lower())) or sum(word.strip(",.:!?") in GERMAN_WORDS for word in words) > 1


def rules(text: str) -> Spans:
    return [(hit.start, hit.end, hit.kind) for hit in personal_data.find(text)]


def by(analyzer: Analyzer, language: str) -> Find:
    return lambda text: [
        (found.start, found.end, PRESIDIO[found.entity_type])  # pyright: ignore[reportAttributeAccessIssue]
        for found in analyzer.analyze(text=text, language=language, entities=list(PRESIDIO))
    ]


def with_names(find: Find) -> Find:
    """Our rules, and the names that `find` finds, as `with_presidio` adds them to an example's people."""

    def found(text: str) -> Spans:
        people = [text[start:end] for start, end, kind in find(text) if kind == "name"]
        return [(h.start, h.end, h.kind) for h in personal_data.find(text, people=people)]

    return found


def measured(find: Find, texts: list) -> dict[str, str]:
    """Recall and precision in percent of each group of kinds, and milliseconds a text."""
    labels_of, found, hits_of, right = Counter(), Counter(), Counter(), Counter()
    began = time.process_time()
    hits_in = [list(find(text)) for text, _ in texts]
    took = 1000 * (time.process_time() - began) / len(texts)
    for (text, labels), hits in zip(texts, hits_in, strict=True):
        for start, end, kind in labels:
            labels_of[kind] += 1
            found[kind] += is_whole(text, start, end, [(s, e) for s, e, k in hits if k == kind])
        for start, end, kind in hits:
            hits_of[kind] += 1
            right[kind] += any(s < end and start < e and kind == k for s, e, k in labels)
    row = {}
    for name, kinds in KINDS.items():
        parts = [sum(counter[kind] for kind in kinds) for counter in (found, labels_of, right, hits_of)]
        row[f"{name}: recall"] = f"{parts[0] / max(1, parts[1]):.0%} of {parts[1]}"
        row[f"{name}: precision"] = f"{parts[2] / max(1, parts[3]):.0%} of {parts[3]}"
    return row | {"ms a text": f"{took:.1f}"}


def run(full: bool) -> None:
    for name in (TUNED, HELD_OUT):
        rows = {}
        for german, language in ((False, "en"), (True, "de")):
            texts = [(text, labels) for text, labels in labelled_set(name) if is_german(text) == german]
            rows[f"{language}, rules"] = measured(rules, texts)
            for model in (model for model in MODELS if language_of(model) == language):
                try:
                    find = by(presidio(model), language)
                except ValueError as error:
                    print(f"  {language}: Presidio is not compared. {error}")
                    continue
                find("Kim")  # the model is loaded before it is timed
                rows[f"{language}, Presidio"] = measured(find, texts)
                rows[f"{language}, both"] = measured(with_names(find), texts)
        print(f"  {name}")
        print(pd.DataFrame.from_dict(rows, orient="index").to_string())
