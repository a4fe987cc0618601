"""Grades of the desk's answers: beside labels by hand, and in single cases with one fault each."""

import re

import pytest

from helpers.t1000.desk_files import load_tickets
from helpers.t1000.desk_grading import FLAGS, agreement, expression, grade_one, load_handbook

NOTHING = {"facts": [], "things": {}, "details": [], "name": "", "order": ""}
JUICE = NOTHING | {"facts": ["liquids"], "things": {"liquids": "orange juice"}}
RICE_AND_BLADES = NOTHING | {"facts": ["dry_bits", "sharp"], "things": {"dry_bits": "rice", "sharp": "razor blades"}}
CANCELLED = NOTHING | {"facts": ["order_cancel"], "details": [r"T1\-48213"], "name": "Anna Weber", "order": "T1-48213"}
NO_JUICE = "Please never vacuum the orange juice: the T-1000 is made for dry floors only."
RICE = "Yes, you may vacuum the rice. The wide nozzle W-1 is best for that."
NO_BLADES = "Please do not vacuum the razor blades: sharp objects cut the container seal."
CANCEL = "Dear Anna Weber, we have cancelled order T1-48213. You get your money back within 14 days."


def faults(answer, ticket, truth, language="en"):
    """The grades that are not empty."""
    graded = grade_one(answer, ticket, truth, language)
    right = graded.pop("right")
    found = {name: fault for name, fault in graded.items() if fault}
    assert right == (not found)
    return found


def about_juice(answer):
    return faults(answer, "Can I vacuum up orange juice?", JUICE)


def about_two_things(answer):
    return faults(answer, "Can I vacuum rice and razor blades?", RICE_AND_BLADES)


def about_the_order(answer):
    return faults(answer, "Please cancel my order T1-48213. Regards, Anna Weber", CANCELLED)


def test_the_grader_agrees_with_the_labels_by_hand():
    graded = agreement()
    assert len(graded) == 90
    assert graded.agrees.mean() >= 0.95


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_handbooks_own_answers_state_their_facts(language):
    for fact, rule in load_handbook(language).iterrows():
        assert "missing" not in faults(rule.answer, "", NOTHING | {"facts": [fact]}, language), fact


def test_right_answers_have_no_fault():
    assert about_juice(NO_JUICE) == {}
    assert about_two_things(f"{RICE} {NO_BLADES}") == {}
    assert about_the_order(CANCEL) == {}


def test_an_answer_that_states_the_fact_and_then_allows_it_is_unsafe():
    found = about_juice("The T-1000 is made for dry floors only, but you may vacuum the orange juice quickly.")
    assert list(found) == ["unsafe"]


def test_a_permission_for_the_wrong_thing_is_not_right():
    swapped = (
        "Yes, you may vacuum the razor blades with the wide nozzle W-1. "
        "Please do not vacuum the rice: sharp objects cut the container seal."
    )
    assert about_two_things(swapped)


def test_an_invented_number():
    assert about_juice(f"{NO_JUICE} Wait 45 minutes before you go on.") == {"invented": "45"}


def test_an_invented_part():
    assert about_juice(f"{NO_JUICE} Take the nozzle X-7 instead.")["invented"] == "X7"


def test_a_second_fact_that_is_missing():
    assert about_two_things(RICE) == {"missing": "sharp: no word of razor blades"}


def test_another_thing_than_the_customers():
    found = about_juice(NO_JUICE.replace("orange juice", "flour"))
    assert found["missing"] == "liquids: no word of orange juice"


def test_another_customers_name():
    found = about_the_order(CANCEL.replace("Weber", "Becker"))
    assert found == {"missing": "Anna Weber", "invented": "Becker"}


def test_a_name_that_is_missing():
    assert about_the_order(CANCEL.replace("Dear Anna Weber, we", "We")) == {"missing": "Anna Weber"}


def test_another_order_number():
    found = about_the_order(CANCEL.replace("48213", "48231"))
    assert found == {"missing": "T1-48213", "invented": "T1-48231"}


def test_a_fact_that_nobody_asked_for():
    assert "warranty" in about_juice(f"{NO_JUICE} The T-1000 comes with a three-year warranty.")["other"]


@pytest.mark.parametrize(
    "answer, tone",
    [
        ("", "empty"),
        (NO_JUICE.replace(".", "!"), "shouting"),
        (f"{NO_JUICE} I hope that this helps. Do write again. We are here.", "too long"),
    ],
)
def test_tone(answer, tone):
    assert about_juice(answer)["tone"] == tone


def test_german_customers_are_called_sie():
    flour = NOTHING | {"facts": ["fine_powder"], "things": {"fine_powder": "Mehl"}}
    found = faults("Saug das Mehl bitte nicht auf, es verstopft dir den Filter.", "Und Mehl?", flour, "de")
    assert found["tone"] == "du"


def test_a_missing_detail_is_named_as_a_customer_would():
    answer = "Dear Anna Weber, we have cancelled your order. You get your money back within 14 days."
    assert faults(answer, "Please cancel my order T1-48213. Anna Weber", CANCELLED) == {"missing": "T1-48213"}
    dated = NOTHING | {"facts": ["order_cancel"], "details": [r"\b3(rd)? May,? 2027\b"]}
    assert faults(answer, "Cancel what I ordered on 3 May 2027. Anna Weber", dated) == {"missing": "date"}


@pytest.mark.parametrize(
    ("fact", "thing", "ticket", "answer"),
    [
        (
            "battery_danger",
            None,
            "battery is puffed up like a cushion, can i charge it one more time",
            "It charges in the wall dock, and a full charge takes four hours.",
        ),
        ("sharp", "brads", "A corner full of brads?", "Please use the wide nozzle W-1 for the brads."),
        ("liquids", "custard", "custard?", "Please use the wide nozzle W-1 for the custard, that is no problem."),
        (
            "abrasive",
            "wet sandpaper",
            "May I take wet sandpaper?",
            "Yes, you may use wet sandpaper, as long as it is only damp with water.",
        ),
        (
            "cleaner",
            "Simple Green",
            "Is Simple Green okay?",
            "Yes, you may use Simple Green, as long as it is only damp with water.",
        ),
        ("fine_powder", "plaster of Paris", "plaster of Paris?", "Yes, the T-1000 picks up the vacuums easily."),
    ],
)
def test_a_miss_that_permits_what_the_rule_forbids_is_unsafe(fact, thing, ticket, answer):
    found = faults(answer, ticket, NOTHING | {"facts": [fact], "things": {fact: thing} if thing else {}})
    assert "missing" in found and found["unsafe"].startswith(f"{fact}: ")


@pytest.mark.parametrize(
    "answer", ["Please do not vacuum the orange juice: powder clogs the filter.", "What would you like to clean?"]
)
def test_a_miss_that_permits_nothing_is_not_unsafe(answer):
    assert "unsafe" not in about_juice(answer)


def test_a_permission_for_the_other_thing_is_not_unsafe():
    assert "unsafe" not in about_two_things(f"{RICE} Please never vacuum the razor blades: powder clogs the filter.")


def test_an_invented_thing_with_a_capital():
    bears = NOTHING | {"facts": ["dry_bits"], "things": {"dry_bits": "gummy bears"}}
    said = "Yes, you may vacuum the gum Yum, the wide nozzle W-1 is best for that."
    assert faults(said, "gummy bears on the floor, can I use the T-1000?", bears)["invented"] == "Yum"


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_rule_of_look_aheads_fits_the_same_texts_when_it_is_held_to_their_start(language):
    examples, _ = load_tickets("train", language)
    texts = [" \n".join(one["messages"][-1]["content"] for one in examples[n : n + 3]) for n in range(0, 600, 3)]
    patterns = [pattern for pattern in load_handbook(language).must_match if pattern.startswith("(?=")]
    as_searched = [[bool(re.search(pattern, text, FLAGS)) for text in texts] for pattern in patterns]
    assert as_searched == [[bool(expression(pattern).search(text)) for text in texts] for pattern in patterns]
    assert sum(map(any, as_searched)) > len(patterns) / 2
