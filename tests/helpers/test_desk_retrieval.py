"""Finding the handbook's entries for a ticket, and putting them into its prompt."""

import json
from types import SimpleNamespace

import pytest
from openai import OpenAI
from sklearn.metrics.pairwise import linear_kernel

from helpers import training_data
from helpers.t1000 import training_to_read
from helpers.t1000.desk_files import load_tickets, prompts_of
from helpers.t1000.desk_grading import load_handbook
from helpers.t1000.desk_retrieval import (
    LearnedRetrieval,
    all_with_entries,
    examples_with_entries,
    hit_rates,
    searches_compared,
    similarities,
    with_entries,
)
from helpers.t1000.opponents.texts import comparable_text, features

HANDBOOK = load_handbook("en")


@pytest.fixture(scope="module")
def learned():
    return LearnedRetrieval(HANDBOOK, *load_tickets("train"))


def test_the_training_tickets_help_to_find_entries(learned):
    """As measured on validation: 21 % among three by the words of the entries, 82 % with what the tickets teach."""
    compared = searches_compared(learned, *load_tickets("validation"))
    by_words, with_tickets = compared.loc[["by words", "learned"], "among 3"].tolist()
    assert by_words < 0.3 and with_tickets == pytest.approx(0.82, abs=0.02)


def test_an_entry_is_found_by_its_own_words_where_no_ticket_needed_it():
    examples, truths = load_tickets("train")
    others = [n for n, truth in enumerate(truths) if "weight" not in truth["facts"]]
    learned = LearnedRetrieval(HANDBOOK, [examples[n] for n in others], [truths[n] for n in others])
    asked = [{"role": "system", "content": ""}, {"role": "user", "content": "What does the T-1000 weigh in kilograms?"}]
    [found] = learned.best([asked])
    assert "weight" in found.index


def test_similarities_are_those_of_scikit_learn():
    table = features().fit_transform([comparable_text(prompt) for prompt in prompts_of(load_tickets("train")[0][:300])])
    assert similarities(table) == pytest.approx(linear_kernel(table), abs=1e-12)


def test_hit_rates_count_the_entries_that_are_needed():
    found = [HANDBOOK.loc[["ash", "sharp", "app"]], HANDBOOK.loc[["car", "app", "ash"]]]
    truths = [{"facts": ["ash"]}, {"facts": ["app", "warranty"]}]
    assert hit_rates(found, truths) == {"among 1": 1 / 3, "among 3": 2 / 3}


def test_the_entries_stand_in_the_system_prompt_and_the_turns_stay():
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}]
    system, *turns = with_entries(messages, HANDBOOK.loc[["app"]], "Be kind.")
    assert system["content"] == f"Be kind.\n- app and Bluetooth: {HANDBOOK.answer['app']}"
    assert turns == messages[1:] and messages[0]["content"] == "Be brief."


def test_each_prompt_gets_its_own_entries_or_all_get_the_same():
    prompts = [[{"role": "system", "content": ""}, {"role": "user", "content": text}] for text in ("Hi", "Hello")]
    app, car = HANDBOOK.loc[["app"]], HANDBOOK.loc[["car"]]
    own = all_with_entries(prompts, [app, car], "Be kind.")
    assert own == [with_entries(prompts[0], app, "Be kind."), with_entries(prompts[1], car, "Be kind.")]
    assert all_with_entries(prompts, app) == [with_entries(prompt, app) for prompt in prompts]


def test_training_examples_get_entries_of_a_retrieval_that_does_not_know_them():
    examples, truths = (part[:800] for part in load_tickets("train"))
    made = examples_with_entries(HANDBOOK, examples, truths)
    place = {json.dumps(example["messages"][1:]): n for n, example in enumerate(examples)}
    chosen = [place[json.dumps(one["messages"][1:])] for one in made]
    assert 80 <= len(made) <= 120 and chosen == sorted(chosen)

    def found(prompts):
        """Of the entries that are needed, how many are in the prompts."""
        needed = [truths[n]["facts"] for n in chosen]
        return sum(
            HANDBOOK.answer[fact] in prompt[0]["content"]
            for facts, prompt in zip(needed, prompts, strict=True)
            for fact in facts
        )

    prompts = prompts_of([examples[n] for n in chosen])
    itself = LearnedRetrieval(HANDBOOK, examples, truths).best(prompts)
    knowing = [with_entries(prompt, entries) for prompt, entries in zip(prompts, itself, strict=True)]
    assert found(prompts_of(made)) < 0.9 * found(knowing)


def test_the_second_training_goes_on_with_the_tuned_model_on_examples_with_entries(monkeypatch):
    sent = []

    def upload(_, path):
        sent.extend(training_data.read_jsonl(path))
        return SimpleNamespace(id=path.name)

    monkeypatch.setattr(training_to_read.jobs, "upload_once", upload)
    examples, truths = (part[:400] for part in load_tickets("train"))
    made = training_to_read.examples_to_read(HANDBOOK, examples, truths)
    request = training_to_read.request(OpenAI(api_key="none"), "ft:x", 7, made)
    assert request["training_file"] == "train_with_entries.jsonl"
    assert (request["model"], request["seed"], request["suffix"]) == ("ft:x", 7, "entries")
    assert request["metadata"]["course"] == "T-1000, entries"  # another one than lesson 3's
    assert len(sent) >= 30 and all("\n- " in one["messages"][0]["content"] for one in sent)
    shown = training_to_read.one_with_another_number(made)
    assert shown[-1]["content"] not in {example["messages"][-1]["content"] for example in examples}
