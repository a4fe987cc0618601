"""A list of words is learned from pairs of sentences, and put into others."""

import pytest

from helpers.extras import word_list
from helpers.extras.answer_styles import EXAMPLES
from helpers.training_data import leaks, read_jsonl

TRAIN, TEST = (read_jsonl(EXAMPLES / "american" / f"{part}.jsonl") for part in ("train", "test"))
WORDS = word_list.learned_words(TRAIN)


def pair(question, answer):
    return {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]}


def test_words_are_learned_where_the_sentences_differ():
    pairs = [pair("The lift stops.", "The elevator stops."), pair("Her postcode?", "Her zip code?")]
    assert word_list.learned_words(pairs) == {"lift": "elevator", "postcode": "zip code"}


def test_what_is_exchanged_now_and_then_is_not_on_the_list():
    pairs = [pair("A flat.", "An apartment."), pair("A tin.", "A tin."), pair("My lift.", "My elevator.")]
    assert word_list.learned_words([*pairs, pair("The lift.", "The lift.")]) == {"a flat": "an apartment"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("A Lift, a lift.", "A Elevator, a elevator."),
        ("The lifts are new.", "The lifts are new."),
        ("In the lift car.", "In the dumbwaiter."),
        ("", ""),
    ],
)
def test_whole_words_are_exchanged_the_longest_first(text, wanted):
    assert word_list.replace_words(text, {"lift": "elevator", "lift car": "dumbwaiter"}) == wanted


def test_without_words_nothing_is_exchanged():
    assert word_list.replace_words("The lift.", {}) == "The lift."


def test_the_list_turns_the_training_into_its_answers_but_for_a_few():
    made = [word_list.replace_words(example["messages"][1]["content"], WORDS) for example in TRAIN]
    right = [answer == example["messages"][2]["content"] for answer, example in zip(made, TRAIN, strict=True)]
    assert sum(right) >= 0.9 * len(TRAIN)


def test_half_of_the_test_needs_words_that_the_training_never_shows():
    new = [word_list.has_new_word(example, TRAIN) for example in TEST]
    assert new == [False] * 16 + [True] * 16  # "theatre" too: the training shows it in no pair, "movie theater" it does


def test_no_sentence_stands_in_both_parts():
    assert leaks({"train": TRAIN, "test": TEST}).empty
