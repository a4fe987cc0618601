"""Odd system prompts are named line by line; prompts that all differ are one finding, and cost no example."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.training_data import check, clean, inspect

QUESTIONS = (
    "How heavy is it?|Is it loud?|Where do I find spare brushes?|May children use it?|Which bags fit?|Can I wash the "
    "filter?|What does the red lamp mean?|How long does a charge last?|Does it pick up water?|Where is the serial "
    "number?|Do you ship to Malta?|Who repairs it?|Is there a student discount?|Why does it smell burnt?"
).split("|")


def desk(prompts: list[str]) -> list[dict]:
    """An example with each of the prompts; "" is none."""
    asked = [QUESTIONS[n % len(QUESTIONS)] + " Really?" * (n // len(QUESTIONS)) for n in range(len(prompts))]
    return [
        {"messages": [{"role": "system", "content": prompt}] * bool(prompt) + [user(question), ANSWER]}
        for prompt, question in zip(prompts, asked, strict=True)
    ]


def user(text: str) -> dict:
    return {"role": "user", "content": text}


ANSWER = {"role": "assistant", "content": "Please see page two of the manual."}
DATED = [f"You are the shop's desk. Today is 2025-03-{day:02}." for day in range(1, 13)]
PERSONAS = ["You are a pirate.", "You are a poet.", "You are a coach.", "You are a nurse.", "You are a clerk."]


@pytest.mark.parametrize(
    "prompts",
    [
        DATED,
        ["Be brief."] * 6 + ["Sei kurz."] * 6,
        ["Be brief."] * 10 + ["Sei kurz."] * 4,
        [*PERSONAS, *[""] * 9],
        [prompt for prompt in DATED[:3] for _ in range(4)],
        [f"You write to {name}." for name in ("Kim", "Lou", "Sam", "Noor")] + ["You write to all."] * 8,
    ],
    ids=["dated", "two languages", "a third in German", "personas", "few dates", "customers"],
)
def test_where_no_prompt_is_usual_it_is_said_once_and_no_example_is_lost(prompts):
    examples = desk(prompts)
    report = check(examples)
    assert report.counts == {"many system prompts": 1}
    assert f"{len(set(prompts))} different ones" in report.table.detail[0]
    assert len(clean(examples, inspect(examples, checks=[]))) == len(examples)


def test_a_few_odd_prompts_are_named():
    report = check(desk(["Be brief."] * 5 + ["Be kind.", ""] + ["Be brief."] * 5))
    assert list(report.table.line) == [6, 7] and report.counts == {"other system prompt": 2}


def test_many_odd_prompts_in_a_large_set_are_named_too():
    prompts = ["Be brief."] * 200
    prompts[10:15] = PERSONAS
    assert list(check(desk(prompts)).table.line) == [11, 12, 13, 14, 15]


@given(st.lists(st.sampled_from(["", "Be brief.", "Be kind.", "Sei kurz.", *PERSONAS]), min_size=1, max_size=40))
def test_findings_on_prompts_never_take_half_of_the_examples(prompts):
    examples = desk(prompts)
    report = check(examples)
    assert set(report.counts) <= {"other system prompt", "many system prompts"}
    assert bool(len(report)) == (len(set(prompts)) > 1)
    assert len(list(report.without_findings(examples, ["many system prompts"]))) > len(examples) / 2
