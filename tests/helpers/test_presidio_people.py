"""Names that Presidio finds are masked like those that the source knows; a stand-in says what it would."""

import re
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from helpers.training_data import clean, inspect, with_presidio

MODEL = "en_core_web_sm"


class Standin:
    """Finds two words that begin with a capital letter in mid-sentence, and keeps what it was asked."""

    def __init__(self):
        self.asked = []

    def analyze(self, text, language, entities) -> Any:
        self.asked.append((text, language, entities))
        return [
            SimpleNamespace(start=m.start(1), end=m.end(1)) for m in re.finditer(r"[a-z] ([A-Z]\w+ [A-Z]\w+)", text)
        ]


def example(question, **more):
    said = [("user", question), ("assistant", "It is on its way since Monday.")]
    return {"line": 2, "messages": [{"role": role, "content": content} for role, content in said], **more}


def test_its_names_are_found_and_masked():
    asked = Standin()
    before = example("Has Flynn-Tron got it? we asked Zuse Ilmarinen", people=["Flynn-Tron"])
    (after,) = with_presidio([before], MODEL, asked)
    assert after["people"] == ["Flynn-Tron", "Zuse Ilmarinen"] and before["people"] == ["Flynn-Tron"]
    assert asked.asked == [(m["content"], "en", ["PERSON"]) for m in before["messages"]]
    report = inspect([after])
    assert "name: Zuse Ilmarinen" in list(report.table.detail)
    (cleaned,) = clean([after], report)
    assert cleaned["messages"][0]["content"].endswith("we asked [name]")


def test_without_a_name_the_example_stays():
    assert with_presidio([example("is it blue?")], MODEL, Standin()) == [example("is it blue?")]


def test_without_presidio_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "presidio_analyzer", None)
    with pytest.raises(ValueError, match="pip install presidio-analyzer"):
        with_presidio([], MODEL)


def test_without_the_model_it_says_what_to_install(monkeypatch):
    nothing = SimpleNamespace(AnalyzerEngine=None, NlpEngineProvider=None)
    spacy = SimpleNamespace(util=SimpleNamespace(is_package=lambda name: False))
    for name, module in (("presidio_analyzer", nothing), ("presidio_analyzer.nlp_engine", nothing), ("spacy", spacy)):
        monkeypatch.setitem(sys.modules, name, module)
    with pytest.raises(ValueError, match=f"spacy download {MODEL}"):
        with_presidio([], MODEL)
