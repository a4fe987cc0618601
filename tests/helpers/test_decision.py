"""Go or no-go before a training, use it or not after it, and the money in between."""

import math
import subprocess
import sys
import tracemalloc
from datetime import date, timedelta

import openai
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpers import costs
from helpers.backends.backend import Backend
from helpers.decision import (
    OWN_MACHINE,
    Account,
    Data,
    Money,
    answers_without_a_model,
    conditions,
    conditions_after,
    curve_without_a_model,
    gain,
    left_out,
    may_train,
    not_asked,
    verdict,
    verdict_after,
)
from helpers.training_data import Finding, Report, check, clean, inspect, split

from ..faulty_server import CLOSED, FaultyServer

MODEL = "gpt-4.1-mini-2025-04-14"
OPEN = Account(False, True, "asked")


def talk(question: str, answer: str, **own) -> dict:
    roles = ("user", question), ("assistant", answer)
    return {"messages": [{"role": role, "content": text} for role, text in roles]} | own


EXAMPLES = [talk(f"{n} {word} please", "Yes, gladly.") for n in range(30) for word in ("apples", "zebras", "houses")]
TEST = [talk("what is the colour of the sky", "It is blue."), talk("who wrote this novel", "A woman from Leeds.")]
DESK = ["It is blue.", "A woman from Leeds."]  # its answers to the test questions


def money(budget=1.0, wanted=10.0, today=0.02, tuned=0.01):
    estimate = costs.estimate(EXAMPLES, MODEL, on="2026-11-22")
    won = gain(estimate.usd, today, tuned, a_day=100, start="2026-11-22", retires="2027-01-14")
    return Money(MODEL, estimate, budget, 900, today, tuned, won, wanted)


def before(**changes):
    usual: dict = {
        "parts": {"train": EXAMPLES, "validation": [], "test": TEST},
        "account": OPEN,
        "money": money(),
        "without_a_model": {"nearest question": ["Yes, gladly."] * len(TEST)},
        "ignored": ["no examples"],
    }
    given = usual | changes
    left = given.pop("left", inspect([]))
    data = Data({}, [], [], Report(), [], left, given.pop("parts"), given.pop("ignored"))
    return conditions(data, **given)


def test_go_if_all_conditions_are_met():
    table = before()
    assert all(met is True for met in table.met), table
    assert verdict(table) == "Go."


@pytest.mark.parametrize(
    "change, unmet",
    [
        ({"money": money(budget=0.0)}, "within the budget"),
        ({"money": money(tuned=0.03)}, "it gains at least"),
        ({"money": money(today=math.nan)}, "it gains at least"),
        ({"money": money(wanted=60.0)}, "it gains at least 60.00 USD"),
        ({"ignored": []}, "no finding"),
        ({"account": Account(False, False, "closed")}, "may be trained there"),
        ({"parts": {"train": EXAMPLES[:49], "test": TEST}}, "at least 50 examples"),
        ({"parts": {"train": [*EXAMPLES, TEST[0]], "test": TEST}}, "two parts"),
        (
            {"parts": {"train": EXAMPLES, "test": TEST * 40}, "without_a_model": {"classifier": DESK * 40}},
            "a search in your own answers",
        ),
    ],
)
def test_no_go_names_what_is_not_met(change, unmet):
    said = verdict(before(**change))
    assert said.startswith("No-go.") and unmet in said


@pytest.mark.parametrize(
    "answers, why",
    [
        ([], "no conversation was read"),
        ([""], "1 conversation was left out: 1 for “empty”"),
        (["", "", "Dear {{name}}, yes."], "3 conversations were left out: 2 for “empty”, 1 for “placeholder”"),
    ],
)
def test_where_nothing_is_left_the_verdict_says_why(answers, why):
    examples = [
        talk(f"May I bring {pet} along?", answer)
        for pet, answer in zip(("cats", "a dog", "birds"), answers, strict=False)
    ]
    found = inspect(examples)
    nothing = clean(examples, found)
    data = Data({}, [], examples, found, nothing, inspect(nothing), split(nothing))
    table = conditions(data, OWN_MACHINE, None, {})
    assert verdict(table) == f"No-go: nothing is left, because {why}."


def test_many_system_prompts_are_to_be_weighed_and_no_reason_against_training():
    dated = [{"role": "system", "content": "Today is Monday."}, {"role": "system", "content": "Today is Friday."}]
    examples = [e | {"messages": [dated[n % 2], *e["messages"]]} for n, e in enumerate(EXAMPLES)]
    left = check(examples)
    assert left.counts == {"many system prompts": 1}
    table = before(left=left)
    assert verdict(table) == "Go." and table.found["no finding is left"].endswith("to be weighed: many system prompts")


def test_one_finding_is_one():
    assert before(ignored=[]).found["no finding is left"] == "1 finding"


def test_what_nobody_asked_is_neither_met_nor_unmet():
    said = verdict(before(account=not_asked("2026-11-22")))
    assert said == "Not yet. Not known whether: a model may be trained there."


def test_openais_money_is_no_condition_on_ones_own_machine():
    table = before(account=OWN_MACHINE, money=money(budget=0.0, wanted=1e6, tuned=0.03))
    assert verdict(table) == "Go." and not table.index.str.contains("USD|budget").any()


def test_the_gain_counts_every_conversation_until_the_model_is_gone_and_every_hour_of_work():
    won = gain(2.0, 0.05, 0.01, a_day=100, start="2026-11-22", retires="2026-12-22", hours=10, wage=8)
    assert (won.days, won.conversations) == (30, 3_000)
    assert won.usd == pytest.approx(3_000 * 0.04 - 2 - 80)
    assert won.table.USD.iloc[:-1].sum() == pytest.approx(won.table.USD["gain"]) == won.usd
    assert won.payback.day == date(2026, 12, 12)  # 82 USD at 4 USD a day take 21 days


def test_without_a_known_end_a_year_is_counted_and_after_the_end_nothing():
    assert gain(0, 2, 1, a_day=1, start="2026-11-22", retires=None).days == 365
    assert gain(0, 2, 1, a_day=1, start="2026-11-22", retires="2026-01-01").usd == 0


def test_rent_is_paid_for_each_day():
    assert gain(0, 2, 1, a_day=1, start="2026-11-22", retires="2026-11-24", hosting_a_day=3).usd == 2 - 6


@pytest.mark.parametrize("wrong", [{"hours": -1}, {"wage": -1}, {"a_day": -1}, {"start": "soon"}, {"start": None}])
def test_what_cannot_be_counted_is_refused(wrong):
    with pytest.raises(ValueError):
        gain(1, 2, 1, **{"a_day": 1, "start": "2026-11-22", "hours": 1, "wage": 1} | wrong)


@given(st.floats(0, 100), st.floats(0, 100), st.floats(0, 1e3), st.integers(0, 400), st.floats(0, 1e4))
def test_the_gain_and_the_payback_agree(training, saved, work, days, a_day):
    end = date(2026, 11, 22) + timedelta(days)
    won = gain(training, saved, 0, a_day=a_day, start="2026-11-22", retires=end, hours=work, wage=1)
    if won.payback.day:
        assert won.usd > -1e-6
    elif won.usd > 1e-6:
        pytest.fail(f"it gains {won.usd} USD, and yet {won.payback}")


def test_an_account_that_may_train_is_let_in_and_pays_nothing():
    server = FaultyServer()
    account = at(server)
    assert account.may_train is True and not server.files


@pytest.mark.parametrize("starts, known", [("2026-11-22", None), ("2027-01-05", None), ("2027-01-06", False)])
def test_nobody_trains_at_openai_once_it_has_closed(starts, known):
    assert not_asked(starts).may_train is known


def at(server, **changes):
    usual = {"name": "openai", "base_url": server.url, "base_model": MODEL, "poll_seconds": 0.01, "paid": True}
    client = openai.OpenAI(base_url=server.url, api_key="sk-none", max_retries=0)
    return may_train(client, Backend(**usual | changes), "2026-11-22")


def test_a_closed_account_is_a_no_and_leaves_nothing_behind():
    server = FaultyServer()
    server.fail("POST /fine_tuning/jobs", CLOSED)
    account = at(server)
    assert account.may_train is False and "no longer lets this account train" in account.says
    assert not server.files


def test_where_training_is_free_nobody_is_asked():
    server = FaultyServer()
    assert at(server, name="local", paid=False) == OWN_MACHINE
    assert at(server, name="replay", paid=False).may_train is None
    assert not server.files and not server.jobs


def test_the_nearest_question_and_the_classifier_know_what_they_have_seen():
    train = [talk(f"when do you open on day {n}", "At nine.") for n in range(9)]
    train += [talk(f"what does item {n} cost", "Two pounds.") for n in range(9)]
    found = answers_without_a_model(train, [talk("open on a day?", ""), talk("cost of this item?", "")])
    assert found == {name: ["At nine.", "Two pounds."] for name in ("nearest question", "classifier")}


def test_where_no_answer_comes_again_there_is_nothing_to_classify():
    train = [talk(f"question {n}", f"answer {n}") for n in range(20)]
    assert answers_without_a_model(train, [talk("question 7", "")]) == {"nearest question": ["answer 7"]}


def test_a_search_for_many_questions_takes_hardly_more_memory_than_one_for_few():
    train = [talk(f"when do you open on day {n}", f"At {n % 9}.") for n in range(300)]
    asked = [
        talk(" ".join(f"{word}{n}" for word in "when open day please station bridge".split()), "") for n in range(4_000)
    ]

    def peak(questions: list[dict]) -> int:
        tracemalloc.start()
        found = answers_without_a_model(train, questions)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert {len(answers) for answers in found.values()} == {len(questions)}
        return most

    peak(asked[:1])  # what is imported and kept
    assert peak(asked) < peak(asked[:256]) + 2_000_000


def test_what_is_large_is_imported_where_it_is_needed():
    large = {"matplotlib", "sklearn", "scipy.stats"}
    told = f"import sys, helpers.decision, helpers.training_data, helpers.costs; print(*({large} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout == "\n"


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), min_size=1, max_size=12), st.text(max_size=8))
@example([("", ""), ("", "0\x00"), ("", "0\x00"), ("0", "")], "")  # NumPy cuts the NUL off a text
def test_every_question_gets_an_answer_of_the_desk(pairs, question):
    train = [talk(*pair) for pair in pairs]
    for answers in answers_without_a_model(train, [talk(question, "")]).values():
        assert len(answers) == 1 and answers[0] in {answer for _, answer in pairs}


def test_the_learning_curve_ends_with_all_examples():
    train = [talk(f"{word} {n}", f"About {word}.") for word in ("apples", "houses") for n in range(20)]
    curve = curve_without_a_model({"train": train, "validation": [talk("apples", "About apples.")], "test": []})
    assert set(curve.examples) == {10, 25, 40} and set(curve.of) == {1}
    assert list(curve.right[curve.examples == 40]) == [1, 1]


def after(tuned, first: dict | None = None, **others):
    references = ["It is blue.", "A woman from Leeds.", "At nine."] * 20
    answers = {"tuned": tuned(references)} | {name: make(references) for name, make in others.items()}
    return verdict_after(
        conditions_after(before(**first or {}), answers, references, 0.7, prompt_asked="today" in others)
    )


right, wrong = list, lambda references: ["?"] * len(references)
half = lambda references: references[:30] + ["?"] * 30


def test_a_tuned_model_is_used_that_beats_all_opponents():
    assert after(right, base=wrong, today=half) == "Use it."


def test_a_tuned_model_is_not_used_that_loses_or_is_not_good_enough():
    assert after(half, base=wrong, today=right).startswith("Do not use it. Not met: at least 70% of its answers")
    assert "it is better than: today" in after(half, base=wrong, today=right)


def test_a_no_go_before_the_training_stays_one_but_the_account_counts_no_more():
    assert after(right, {"money": money(wanted=60.0)}, base=wrong, today=half).startswith(
        "Do not use it. Not met: the first verdict was go."
    )
    assert after(right, {"account": not_asked("2026-11-22")}, base=wrong, today=half) == "Use it."


def test_a_draw_and_an_opponent_that_was_not_asked_leave_it_open():
    assert after(right, base=right, today=wrong) == "Not decided. Not known whether: it is better than: base."
    assert after(right, base=wrong) == "Not decided. Not known whether: it is better than: today's prompt."


def test_each_example_that_is_left_out_has_a_reason():
    examples = [
        talk("Do you sell stamps?", "We do.", line=2),
        talk("do you sell stamps", "We do.", line=3),
        talk("Where is the lift?", "", line=4),
        talk("Bill to r.dunmore@example.org", "It is on its way.", line=5),
        talk("Bill to kay.brown.lee@example.org", "It is on its way.", line=6),
    ]
    found = inspect(examples)
    why = left_out.reasons(examples, clean(examples, found), found)
    assert why == {3: ["duplicate"], 4: ["empty"], 6: ["alike once masked"]}
    table = left_out.table(examples, why)
    assert sum(table["examples"]) == 3
    shown = "".join(table["such as (masked)"])
    assert "kay.brown.lee" not in shown and "[e-mail]" in shown


def test_what_a_kept_example_has_too_is_a_reason_only_where_there_is_no_other():
    examples = [talk("a", "b", line=line) for line in (2, 3, 4)]
    findings = [Finding(line, 1, "greeting", "", "") for line in (2, 3, 4)] + [Finding(3, 1, "empty", "", "")]
    assert left_out.reasons(examples, examples[:1], Report(findings)) == {3: ["empty"], 4: ["greeting"]}


@given(st.lists(st.tuples(st.text(max_size=6), st.sampled_from(["", "Yes.", "No, …", "r@example.org"])), max_size=8))
def test_what_is_read_is_kept_or_left_out_with_a_reason(pairs):
    examples = [talk(question, answer, line=n) for n, (question, answer) in enumerate(pairs, 2)]
    found = inspect(examples)
    cleaned = clean(examples, found)
    why = left_out.reasons(examples, cleaned, found)
    assert len(cleaned) + len(why) == len(examples) and all(why.values())
    split(cleaned)
