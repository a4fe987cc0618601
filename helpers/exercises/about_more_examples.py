"""Lesson 11: form and content counted together, the rules that an answer states, and a grader for JSON."""

import json
from typing import Any

from .exercise import Case, Exercise, function

YES, NO = True, False
SHARES = [
    Case((form, content), wanted, why)
    for form, content, wanted, why in (
        ([YES, YES, NO, NO], [YES, NO, YES, NO], 0.25, "one answer of four has both"),
        ([YES, YES, NO, NO], [NO, NO, YES, YES], 0.0, "no answer has both"),
        ([YES, YES, YES, YES], [YES, NO, YES, YES], 0.75, "three answers of four have both"),
        ([YES, NO, NO, NO], [YES, NO, YES, NO], 0.25, "the answers without the form count, too"),
        ([YES, YES, YES, NO], [NO, YES, YES, YES], 0.5, "two answers of four have both"),
        ([NO, NO], [NO, NO], 0.0, "no answer has both"),
        ([YES] * 5, [YES] * 5, 1.0, "all answers have both"),
    )
]

RULES = {
    "liquids": r"100 ?ml",
    "lighters": r"(one|1) lighter|on your body",
    "species": r"\bCITES\b",
    "arrival": r"(2|two) hours.*(3|three) hours",
}
TRAYS = {"trays": "separate tray"}
STATED = [
    Case((answer, rules), wanted, why)
    for answer, rules, wanted, why in (
        ("Liquids may have at most 100 ml.", RULES, ["liquids"], "it states the rule on liquids, and no other"),
        ("A bottle of 100ml may go.", RULES, ["liquids"], "an expression is more than a text to be found"),
        ("", RULES, [], "it states no rule"),
        ("Have a good flight!", RULES, [], "it states no rule"),
        ("Coral needs a permit: cites.", RULES, ["species"], "small letters are as good"),
        ("The captain recites a poem.", RULES, [], "a word within another is not the rule's"),
        ("You may carry one lighter on your body.", RULES, ["lighters"], "it is one rule, in two of its wordings"),
        ("Be here TWO HOURS before, or three hours.", RULES, ["arrival"], "capitals are as good"),
        ("Be here two hours before.", RULES, [], "it is half of a rule"),
        ("At most 100 ml, and one lighter.", RULES, ["lighters", "liquids"], "it states two rules"),
        (
            "Ivory: CITES. Gel: 100 ml. Lighters: on your body.",
            RULES,
            ["lighters", "liquids", "species"],
            "it is three",
        ),
        ("Put each into a separate tray, up to 100 ml.", TRAYS, ["trays"], "here only one rule is given"),
    )
]

TICKET = {"topic": "order", "urgency": "normal", "order_number": None}
NUMBERED = TICKET | {"order_number": "T1-64525"}
TERM = {"term": "toaster", "field": "household"}
WRITTEN = json.dumps(TICKET)
GRADED = [
    Case((answer, wanted), fields, why)
    for answer, wanted, fields, why in (
        (WRITTEN, TICKET, [], "all is right"),
        (json.dumps(TICKET, indent=1), TICKET, [], "spaces and lines within JSON do not matter"),
        (json.dumps(dict(reversed(TICKET.items()))), TICKET, [], "the order of the fields does not matter"),
        (json.dumps(TICKET | {"topic": "fault"}), TICKET, ["topic"], "the topic is another one"),
        (json.dumps(TICKET | {"topic": "Order"}), TICKET, ["topic"], "a program does not know 'Order'"),
        (json.dumps(TICKET | {"topic": "fault", "urgency": "low"}), TICKET, ["topic", "urgency"], "two are wrong"),
        (json.dumps(TICKET | {"order_number": "null"}), TICKET, ["order_number"], "the word 'null' is not null"),
        (WRITTEN, NUMBERED, ["order_number"], "the number is missing"),
        ('{"term": "doughboy", "field": "household"}', TERM, ["term"], "the wanted object says what is right"),
        ('{"pages": "3"}', {"pages": 3}, ["pages"], "the text '3' is not the number 3"),
        ("Here it is: " + WRITTEN, TICKET, None, "a program cannot read the words before it"),
        (f"```json\n{WRITTEN}\n```", TICKET, None, "a program cannot read the fence around it"),
        (WRITTEN + " Anything else?", TICKET, None, "a program cannot read the words after it"),
        (WRITTEN[:-5], TICKET, None, "it is cut off"),
        (str(TICKET), TICKET, None, "this is how Python writes it, not JSON"),
        ("", TICKET, None, "there is nothing"),
        (json.dumps(TERM), TICKET, None, "it has other fields"),
        ('{"topic": "order", "urgency": "normal"}', TICKET, None, "a field is missing"),
        (json.dumps(TICKET | {"mood": "angry"}), TICKET, None, "it has a field more"),
        (json.dumps(list(TICKET)), TICKET, None, "it is a list, and not an object"),
        (json.dumps([TICKET]), TICKET, None, "it is a list, and not an object"),
        ("null", TICKET, None, "it is JSON, and not an object"),
    )
]


def _same_names(given: Any, wanted: list[str] | None) -> bool:
    if given is None or wanted is None:
        return given is wanted
    return not isinstance(given, (str, bytes, dict)) and sorted(given) == sorted(wanted)


EXERCISES = [
    Exercise(
        "share_of_both",
        11,
        "easy",
        "Write the function's body.",
        function(SHARES),
        "Two numbers side by side do not tell it: only the same answer can have both.",
        (
            "zip(form, content) goes through both lists together.",
            "Count the pairs in which both are True, and divide by the number of answers.",
        ),
    ),
    Exercise(
        "rules_stated",
        11,
        "middle",
        "Write the function's body.",
        function(STATED, _same_names),
        "An answer with two rules is found now; the lesson's count lets it pass.",
        (
            "rules.items() gives each name with its expression.",
            "compare.states_fact(answer, expression) says whether an answer states one; so does re.search.",
            "With re.search, add re.IGNORECASE: it finds capitals and small letters.",
        ),
    ),
    Exercise(
        "wrong_fields",
        11,
        "hard",
        "Write the function's body.",
        function(GRADED, _same_names),
        "It reads what a program can read, and no more.",
        (
            "json.loads(answer) reads all of it or raises ValueError; then give None.",
            "What it gives may be a list or a number: isinstance(given, dict) tells.",
            "Are given.keys() and wanted.keys() equal? Then compare field by field.",
        ),
    ),
]
