import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import tokens
from helpers.counting import WORDS, counter

PIECES = st.sampled_from(["the", "Für", " ", "  ", "\n", " \n ", "\n", "\r", "\t", "T-1000", "it's", "2.4", "12345", "!?/\n", "'", "\x1c", "\xa0",
                          "\u3000", "あ", "😀", "\ud83d", "<|endoftext|>", "\r\n", "_", "\u200b", "ﬁ", "é"])  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=3), max_size=12).map("".join)
MODELS = ["gpt-4.1-mini-2025-04-14", "gpt-3.5-turbo-0125"]
COUNTERS = {model: counter(model) for model in MODELS}


@pytest.mark.parametrize("model", MODELS)
@settings(max_examples=400)
@given(text=TEXTS, words=st.lists(st.text(min_size=1, max_size=4) | PIECES, max_size=8))
def test_counts_are_tiktokens(model, text, words):
    for said in (text, " ".join(words)):
        assert COUNTERS[model](said) == tokens.count(said, model)


def test_long_texts_and_more_words_than_are_remembered():
    count = counter(MODELS[0])
    words = " ".join(map(str, range(WORDS + 9)))
    for said in (words, words + "\n", "Der T-1000 wiegt\n2,4 kg. " * 9_000, "x" * 90_000):
        assert count(said) == tokens.count(said, MODELS[0])
    assert count(" " * 1_000_000) > 0
