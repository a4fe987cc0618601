"""Names that Presidio finds with a model of spaCy, for whoever has both installed, beside those that rules find.

Source: https://microsoft.github.io/presidio/analyzer. `python -m tests.benchmark against_presidio` compares it with the
rules on labelled texts. Of numbers and addresses the rules find more, so only names are taken.
"""

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Protocol

from tqdm import tqdm

from .example import texts
from .people import with_people
from .personal_data import people_of
from .question_pairs import SECONDS_SILENT

PACKAGES = ("presidio_analyzer", "presidio_analyzer.nlp_engine", "spacy")
NAME = "PERSON"  # what Presidio calls it


class Found(Protocol):
    """What Presidio says of a piece of text."""

    start: int
    end: int


class Analyzer(Protocol):
    """What is used of Presidio's AnalyzerEngine."""

    def analyze(self, text: str, language: str, entities: list[str]) -> Iterable[Found]: ...


def with_presidio(examples: list[dict], model: str, analyzer: Analyzer | None = None) -> list[dict]:
    """New examples whose `people` have the names that Presidio finds in them, too: `inspect` and `clean` mask these.

    `model` is a model of spaCy, such as "en_core_web_sm", whose name begins with its language. An `analyzer` of your
    own is asked instead of the one that is made of it. Raises ValueError if a package or the model is not installed.
    """
    asked, language = analyzer or presidio(model), language_of(model)
    shown = tqdm(examples, "looking for names", delay=SECONDS_SILENT, leave=False)
    return [{**example, **with_people([*people_of(example), *_names(example, asked, language)])} for example in shown]


def presidio(model: str) -> Analyzer:
    """Presidio's analyzer with a model of spaCy. Raises ValueError if one of the three is not installed."""
    try:  # it is large, and few have it
        analyzers, engines, spacy = map(import_module, PACKAGES)
    except ImportError:
        raise ValueError("Presidio is not installed: pip install presidio-analyzer") from None
    if not (spacy.util.is_package(model) or Path(model).exists()):
        raise ValueError(f"The model {model!r} is not installed: python -m spacy download {model}")
    models = [{"lang_code": language_of(model), "model_name": model}]
    made_of = {"nlp_engine_name": "spacy", "models": models}
    engine = engines.NlpEngineProvider(nlp_configuration=made_of).create_engine()
    return analyzers.AnalyzerEngine(nlp_engine=engine, supported_languages=[language_of(model)])


def language_of(model: str) -> str:
    """The two letters with which the name of a spaCy model begins; of a folder, the name of the folder."""
    return Path(model).name[:2]


def _names(example: dict, analyzer: Analyzer, language: str) -> list[str]:
    return [
        text[found.start : found.end].strip()
        for _, text in texts(example)
        for found in analyzer.analyze(text=text, language=language, entities=[NAME])
    ]
