"""Lesson 1: an example, and near copies."""

from typing import Any

from ..t1000 import desk_grading, tickets
from ..training_data.letter_triples import plain
from .exercise import Case, Exercise, NotYet, function, shown
from .repair_wording import against_the_rule, in_the_handbooks_words, unknown_word

ASKED = "do i really have to bring the vacuum to you?"
TRUTH = {"facts": ["repair"], "things": {}, "details": [], "name": "", "angry": False, "order": ""}


def messages_of(example: Any) -> list[dict]:
    """The messages of an example of three. Raises NotYet that says what is wrong with its form."""
    if not isinstance(example, dict):
        raise NotYet(f"an example is a dict, and this is {shown(example)}.")
    if set(example) != {"messages"} or not isinstance(example["messages"], list):
        raise NotYet(f'an example has one key, "messages", with a list; yours has {shown(list(example))}.')
    messages = example["messages"]
    for message in messages:
        if not isinstance(message, dict) or set(message) != {"role", "content"}:
            raise NotYet(f"a message is a dict with role and content, and this is {shown(message)}.")
        if not isinstance(message["content"], str) or not message["content"].strip():
            raise NotYet(f"a message needs a text as its content, and this is {shown(message)}.")
    roles = [message["role"] for message in messages]
    if roles != ["system", "user", "assistant"]:
        raise NotYet(f"the roles are system, user and assistant, in this order; yours are {shown(roles)}.")
    if messages[0]["content"].strip() != tickets.SYSTEM_PROMPT["en"]:
        raise NotYet(f"all examples share one system prompt; yours says {shown(messages[0]['content'])}.")
    return messages


def _judge_example(mine: Any) -> None:
    _, question, answer = (message["content"] for message in messages_of(mine))
    if plain(question) != plain(ASKED):
        raise NotYet(f"the customer asks {ASKED!r}, and yours {shown(question)}.")
    rule = desk_grading.load_handbook("en").answer["repair"]
    grades = desk_grading.grade_one(in_the_handbooks_words(answer), question, TRUTH)
    faults = [f"{kind}: {grades[kind]}" for kind in ("missing", "unsafe", "other", "invented", "tone") if grades[kind]]
    if faults:
        raise NotYet(
            f"the desk's grader does not accept the answer {shown(answer)} ({'; '.join(faults)}). "
            f"The handbook says: {rule}"
        )
    if said := against_the_rule(answer):
        raise NotYet(f"the answer says {said!r}, but by the handbook nobody brings anything: a free label comes.")
    if "label" not in answer.casefold():
        raise NotYet(f"the answer {shown(answer)} does not say how the T-1000 gets to the desk without being brought.")
    if word := unknown_word(answer):
        raise NotYet(f"the answer speaks of {word!r}, and the handbook does not. It says only: {rule}")


def _pair(one: str, other: str, wanted: bool, why: str) -> list[Case]:
    """The pair in both orders."""
    return [Case((one, other), wanted, why), Case((other, one), wanted, why)]


WARRANTY = "How long is the warranty on the T-1000?"
JUICE = "Can I vacuum up orange juice with it?"
NEAR = [
    *_pair(WARRANTY, WARRANTY, True, "the two are the same"),
    *_pair(WARRANTY, "how long is the warranty on the t-1000", True, "only capitals and the question mark differ"),
    *_pair(
        "Could you please check on my delivery?",
        "Could you please cehck on my delivery?",
        True,
        "they differ by a typing error",
    ),
    *_pair(JUICE, f"  {JUICE}\n", True, "only white space differs"),
    *_pair(
        "Where do I find the serial number of my machine?",
        "Where do I find the serial number of my machine? Thanks",
        True,
        "only a word of thanks was added",
    ),
    *_pair("How long is the warranty?", "How long is the warranty? Thanks", True, "only a word of thanks was added"),
    *_pair(WARRANTY, "Where do I find the serial number?", False, "they ask different things"),
    *_pair(JUICE, "My battery smells burnt, what now?", False, "they ask different things"),
    *_pair("How long is the warranty?", "How loud is it?", False, "only the beginning is alike"),
    *_pair("Is it loud?", f"{WARRANTY} And is it loud?", False, "the longer one asks a second thing"),
]
OTHER_THING = [
    *_pair("Can I vacuum up flour?", "Can I vacuum up juice?", False, "they ask about different things"),
    *_pair("May I wash the filter?", "May I dry the filter?", False, "washing is not drying"),
    *_pair("Where is my parcel T1-53905?", "Where is my parcel T1-53906?", False, "these are two orders"),
    *_pair("Why does it switch itself on?", "Why does it switch itself off?", False, "on is not off"),
    *_pair("Can I vacuum up flour?", "Can I vacum up flour?", True, "they differ by a typing error"),
]

EXERCISES = [
    Exercise(
        "an_example",
        1,
        "easy",
        "Put an example into `mine`.",
        _judge_example,
        "The desk's grader accepts the answer, and the form is OpenAI's.",
        (
            "Look at `example` above: which keys does it have, and which three roles come in which order?",
            "The system prompt is the same in all examples. The user's content is the customer's question, as it is.",
            "Now the assistant's content. Find `repair` in the handbook: who has to do what? Say that in one or two "
            "sentences, and nothing else.",
        ),
    ),
    Exercise(
        "near_copies",
        1,
        "middle",
        "Write the function's body.",
        function(NEAR),
        f"It finds the near copies among {len(NEAR) // 2} pairs, whichever of the two comes first.",
        (
            "First make the two alike: lower case, no white space at the ends, no punctuation.",
            "difflib.SequenceMatcher(None, one, other).ratio() says how alike two texts are, 0 to 1.",
            "Choose a ratio from which two are near copies. Try it on pairs of your own first.",
        ),
    ),
    Exercise(
        "near_copies_or_other_things",
        1,
        "hard",
        "Make `near_copies` tell things apart.",
        function([*NEAR, *OTHER_THING]),
        "It knows a typing error from another thing, as the course's own finder does.",
        (
            "One word decides here. Compare the words, not the letters.",
            "Take away the words that both have. What is left on each side?",
            "Left on one side only, and little: a near copy. Left on both sides: another thing, unless each "
            "is the other with a typing error. A number is never a typing error.",
        ),
    ),
]
