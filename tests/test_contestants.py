import pytest

from helpers import contestants, dataset, tokens


@pytest.mark.parametrize(
    "language, question, topic",
    [
        ("en", "Where is the serial number?", "serial"),
        ("en", "It shows error E7", "error_e7"),
        ("de", "Wo steht die Seriennummer?", "serial"),
    ],
)
def test_retrieval_finds_the_entry_that_fits(language, question, topic):
    retrieval = contestants.Retrieval(dataset.load_handbook(language), language)
    assert topic in retrieval.best(question).index
    assert len(retrieval.best(question)) == contestants.ENTRIES
    assert retrieval.best(question).answer.iloc[0] in retrieval.prompt(question)[0]["content"]


def test_a_question_without_a_known_word_gets_entries_too():
    assert len(contestants.Retrieval(dataset.load_handbook("en")).best("???")) == contestants.ENTRIES


def test_equal_entries_come_in_the_handbook_s_order_on_every_processor():
    retrieval = contestants.Retrieval(dataset.load_handbook("en"))
    assert list(retrieval.best("???").index) == list(retrieval.facts.index[: contestants.ENTRIES])
    with_one_word = list(retrieval.best("serial", 10).index)  # in one entry only: the others are equal
    assert with_one_word[0] == "serial"
    assert with_one_word[1:] == [topic for topic in retrieval.facts.index if topic != "serial"][:9]


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_long_prompt_holds_every_fact_and_the_rule_for_other_questions(language):
    handbook = dataset.load_handbook(language)
    system, user = contestants.handbook_prompt("Hello?", handbook, language)
    assert all(answer in system["content"] for answer in handbook.answer)
    assert user == {"role": "user", "content": "Hello?"}
    short = contestants.short_prompt("Hello?", language)[0]["content"]
    count = lambda text: tokens.count(text, "gpt-4.1-mini")
    assert count(system["content"]) > 50 * count(short)
