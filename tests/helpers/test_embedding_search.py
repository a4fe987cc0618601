"""A search by embeddings finds entries whose words a ticket does not use."""

import pytest

from helpers.t1000.desk_files import load_tickets, prompts_of
from helpers.t1000.desk_grading import load_handbook
from helpers.t1000.desk_retrieval import hit_rates
from helpers.t1000.embedding_search import EmbeddingSearch
from helpers.t1000.opponents.texts import conversation_text
from helpers.t1000.prompts import Retrieval

HANDBOOK = load_handbook("en")


@pytest.fixture(scope="module")
def search():
    return EmbeddingSearch(HANDBOOK, load_tickets("train")[0])


def test_it_finds_more_than_the_search_by_words(search):
    examples, truths = load_tickets("validation")
    prompts, by_words = prompts_of(examples), Retrieval(HANDBOOK)
    found = hit_rates(search.best(prompts), truths)
    words = hit_rates([by_words.best(conversation_text(prompt)) for prompt in prompts], truths)
    assert found["among 1"] > words["among 1"] and found["among 3"] > words["among 3"]


def test_it_finds_an_entry_that_shares_no_word_with_the_question(search):
    question = [{"role": "user", "content": "lemonade spilt"}]
    [found] = search.best([question])
    assert "liquids" in found.index
    words = " ".join(HANDBOOK.topic[found.index] + " " + HANDBOOK.answer[found.index]).casefold()
    assert "lemonade" not in words


def test_each_prompt_gets_as_many_entries_as_asked_for(search):
    found = search.best([[{"role": "user", "content": "Hi"}]] * 2, entries=5)
    assert list(found[0].index) == list(found[1].index) and len(found[0]) == 5
