"""The contest's tables, its strongest opponent and its misses, and the tickets about facts that change."""

import re

import pandas as pd
import pytest
from openai import OpenAI

from helpers.t1000 import changed_facts, contest, lesson5
from helpers.t1000.desk_files import load_tickets, prompts_of
from helpers.t1000.desk_grading import FLAGS, grade, load_handbook
from helpers.t1000.opponents import Analyst
from helpers.training_data.letter_triples import char_trigrams, jaccard

CHANGES = changed_facts.load_changes()
EDITED = [fact for fact in CHANGES.index if fact in load_handbook("en").index]


@pytest.fixture(scope="module")
def grades():
    examples, truths = load_tickets("validation")
    desk = [example["messages"][-1]["content"] for example in examples]
    shouting = [f"{answer} Thanks!" if n < 50 else answer for n, answer in enumerate(desk)]
    return {"desk": grade(desk, examples, truths), "loud": grade(shouting, examples, truths)}


def test_results_count_right_answers_and_faults(grades):
    table = contest.results(grades)
    assert list(table.right) == [200, 150] and list(table.of) == [200, 200]
    assert table.tone["loud"] == 50 and table.missing["loud"] == 0
    assert table.low["loud"] < 0.75 < table.high["loud"]
    assert 5 < table.words["desk"] <= table.words["loud"] < 40


def test_the_best_without_training_is_never_a_tuned_one(grades):
    assert contest.best_untuned({"base": grades["loud"], "classifier": grades["desk"]}) == "classifier"
    assert contest.best_untuned({"tuned, entries": grades["desk"], "base": grades["loud"]}) == "base"


def test_some_unsafe_misses_come_first_each_with_its_ticket(grades):
    misses = grades["loud"][~grades["loud"].right].copy()
    misses.loc[[7, 9], "unsafe"] = "liquids: yes"
    prompts = prompts_of(load_tickets("validation")[0])
    some = contest.some_misses(misses, prompts)
    assert list(some.index) == [7, 9, 0, 1, 2]
    assert prompts[7][-1]["content"] in some.ticket[7] and some.answer[0].endswith("Thanks!")


def test_the_kinds_add_up_to_the_results(grades):
    table = contest.by_kind(grades)
    assert table.loud.sum() == 150 and table.of.sum() == 200 and table.of.is_monotonic_decreasing


def test_each_contestant_says_what_it_knew():
    assert contest.information().loc["tuned"].to_dict()["training tickets"] == "yes"
    assert contest.information().loc["base"].eq("").all()


def test_each_contestant_answers_its_own_prompts(monkeypatch):
    asked = []

    def ask_all(client, model, prompts, max_tokens):
        asked.append((model, max_tokens))
        return pd.DataFrame({"answer": [f"{model}: {prompt}" for prompt in prompts]})

    monkeypatch.setattr(contest, "ask_all", ask_all)
    one, other = ([{"role": "user", "content": text}] for text in ("Hi", "Hello"))
    answers = contest.ask(OpenAI(api_key="none"), {"base": ("m", [one, other]), "tuned": ("ft", [other])})
    assert {name: list(said) for name, said in answers.items()} == {
        "base": [f"m: {one}", f"m: {other}"],
        "tuned": [f"ft: {other}"],
    }
    assert asked == [("m", 70), ("ft", 70)]


def test_eight_entries_are_edited_and_four_are_new():
    assert len(EDITED) == 8 and len(CHANGES) == 12
    assert len(changed_facts.changed_handbook()) == len(load_handbook("en")) + 4


def test_the_old_and_the_new_answer_are_told_apart():
    before = load_handbook("en")
    for fact in EDITED:
        assert not re.search(CHANGES.must_match[fact], before.answer[fact], FLAGS), fact
        assert not re.search(before.must_match[fact], CHANGES.answer[fact], FLAGS), fact


def test_the_new_answers_follow_and_the_old_ones_do_not():
    examples, truths = changed_facts.load_changed_tickets()
    assert len(examples) >= 60
    before = load_handbook("en").answer
    new = changed_facts.grade_changed([example["messages"][-1]["content"] for example in examples])
    old = changed_facts.grade_changed([before.get(truth["facts"][0], "") for truth in truths])
    table = changed_facts.who_follows({"new": new, "old": old})
    assert list(table.loc["new"]) == [40, 0, 24]
    assert list(table.loc["old"]) == [0, 40, 0]


def test_no_question_about_changed_facts_is_a_training_question():
    asked = [prompt[-1]["content"] for prompt in prompts_of(changed_facts.load_changed_tickets()[0])]
    examples, truths = load_tickets("train")
    of_these = [one for one, truth in zip(examples, truths, strict=True) if {*truth["facts"]} & {*CHANGES.index}]
    known = [char_trigrams(prompt[-1]["content"]) for prompt in prompts_of(of_these)]
    assert len(known) > 200
    assert [text for text in asked if any(jaccard(char_trigrams(text), one) > 0.7 for one in known)] == []


def test_whoever_learned_the_old_answers_follows_only_where_they_are_edited():
    prompts = prompts_of(changed_facts.load_changed_tickets()[0])
    examples, truths = load_tickets("train")
    analyst = Analyst(examples[:1500], truths[:1500])  # enough, and faster
    edited = analyst.with_edits(dict(CHANGES.answer.loc[EDITED]))
    both = {"as learned": analyst.answers(prompts), "edited": edited.answers(prompts)}
    table = changed_facts.who_follows({name: changed_facts.grade_changed(said) for name, said in both.items()})
    assert table.iloc[0, 0] == 0 and table.iloc[0, 1] > 15
    assert table.iloc[1, 0] > 15 and table.iloc[1, 1] == 0
    assert list(table.iloc[:, 2]) == [0, 0]


@pytest.mark.parametrize("p, doubt", [(0.01, ""), (0.2, ", which is not enough to tell them apart")])
def test_the_headline_counts_and_doubts(grades, p, doubt):
    tables = {"tuned": grades["desk"], "classifier": grades["loud"]}
    half = grades["loud"].assign(kind=["edited"] * 100 + ["new"] * 100)
    follows = dict.fromkeys(("tuned", "tuned, entries", "classifier, answers edited"), half)
    closed = pd.DataFrame({"tuned": [True] * 20, "classifier": [p > 0.05] * 20})
    lines = lesson5.headline(closed, tables, follows, "classifier", p).splitlines()
    assert lines[0].endswith(f"tuned 20 of 20, a classifier {20 * (p > 0.05)}{doubt}.")
    assert lines[1].endswith(f"tuned 200 of 200, the best without tuning (classifier) 150 of 200{doubt}.")
    assert lines[2].count("50 of 100") == 3 and lines[3].count("100 of 100") == 3


def test_the_headline_names_whoever_knew_more_of_the_new_facts(grades):
    tables = {"tuned": grades["desk"], "classifier": grades["loud"]}
    none = grades["loud"].assign(kind="new", right=False)
    follows = dict.fromkeys(("base, handbook", "tuned", "tuned, entries", "classifier, answers edited"), none)
    follows["base, handbook"] = none.assign(right=none.index < 2)
    closed = pd.DataFrame({"tuned": [True], "classifier": [True]})
    new = lesson5.headline(closed, tables, follows, "classifier", 0.01).splitlines()[3]
    assert new.endswith("(which has no tickets on them) 0 of 200, base model with the handbook 2 of 200.")


def test_the_search_is_counted_for_edited_and_new_facts():
    everything = [changed_facts.changed_handbook()] * 64
    assert changed_facts.search_found(everything).endswith("for 40 of 40 edited and 24 of 24 new.")
    before = [load_handbook("en")] * 64
    assert changed_facts.search_found(before).endswith("for 40 of 40 edited and 0 of 24 new.")
