"""Right and wrong answers to the exercises of lesson 1, as readers may give them."""

import difflib
import json
import re

import numpy as np

from helpers.training_data.letter_triples import char_trigrams, jaccard, plain
from helpers.training_data.same_question import question, similarity

SYSTEM = {"role": "system", "content": "T-1000 service desk. Be brief."}


REPAIR = "Please register the repair on our website. We send you a free shipping label."


ASKED = "do i really have to bring the vacuum to you?"


def example(asked=ASKED, answer=REPAIR, system=SYSTEM):
    return {"messages": [system, {"role": "user", "content": asked}, {"role": "assistant", "content": answer}]}


def above(ratio):
    def near_copies(one, other):
        one, other = (" ".join(re.findall(r"\w+", text.lower())) for text in (one, other))
        return difflib.SequenceMatcher(None, one, other).ratio() > ratio

    return near_copies


by_ratio = above(0.8)


def by_triples(one, other):
    return np.bool_(jaccard(char_trigrams(one), char_trigrams(other)) > 0.5)


def by_course(one, other):
    return similarity(question(one), question(other)) > 0


def typing_error(one, other):
    has_number = any(c.isdigit() for c in one + other)
    return not has_number and difflib.SequenceMatcher(None, one, other).ratio() >= 0.75


def by_words(one, other):
    mine, yours = (re.findall(r"[\w-]+", text.lower()) for text in (one, other))
    left = [word for word in mine if word not in yours]
    right = [word for word in yours if word not in mine]
    if left and right:
        return len(left) == len(right) and all(map(typing_error, left, right))
    return len(left or right) <= 1


def by_words_and_course(one, other):
    return by_course(one, other) and by_words(one, other)


def by_counted_words(one, other):
    return bool(by_words(other, one))


NOT_BROUGHT = [
    "You do not have to bring it",
    "No, you don't have to bring it to us",
    "No, you don’t need to carry it anywhere",
    "Nobody has to bring anything",
    "There is no need to bring the vacuum",
    "You never have to bring it in person",
    "You need not pack, bring or carry it",
    "Instead of bringing it, stay at home",
    "You can stay at home rather than come by",
    "That saves you bringing the vacuum to us",
    "Please don't bring it",
    "You do not have to take the machine to our workshop",
]
BROUGHT = [
    "Please bring the vacuum to us",
    "Indeed you must carry it here",
    "Yes, you have to bring it to us",
    "Yes",
    "Indeed, you do",
    "Unfortunately you have to",
    "No, bring it to us",
    "Do not worry, just bring it",
    "You do not have to wait, you can bring it",
    "You should bring the machine",
    "You will need to take the vacuum to our workshop",
    "Please drop it off",
    "Please come by",
    "We cannot help without you bringing it",
    "You cannot avoid bringing it",
    "It has to be handed over in person",
    "You would have to deliver it",
    "We repair it once you bring it",
]
REGISTER, LABEL = (f"{sentence}." for sentence in REPAIR[:-1].split(". "))
REGISTERED = [
    "Please register the repair on our site.",
    "No, just register the repair online.",
    "Don't worry, you can stay at home: the repair is registered on our web page.",
    "Hello, you needn't. Please register it on our website first.",
]
LABEL_COMES = [
    "You'll get a prepaid label from us.",
    "Then we'll email you a free shipping label, so there's no need to bring it.",
    "We send you the shipping label at no charge.",
    "We send a label that is free of charge. Just take the parcel to the post office.",
]
INVENTED = [
    "We send you a free shipping label that you print yourself.",
    "Print a label yourself.",
    "We send you a free shipping label, and a courier rings at your door.",
    "No, our courier will bring it to us. We send you a free shipping label.",
    "We send you a free shipping label within an hour.",
    "Maybe we send you a free shipping label.",
    "We send you a free shipping label if your warranty is valid.",
    "We send you a free shipping label and a new battery.",
]
RIGHT = {
    "an_example": [
        *(example(answer=f"{words}. {REPAIR}") for words in NOT_BROUGHT),
        *(example(answer=f"{REPAIR} {words}.") for words in NOT_BROUGHT),
        example(answer=f"{REPAIR} Then take the parcel to the post office."),
        example(answer="Do you have to bring it? No. Register on our website: we send a free shipping label."),
        example(answer="Please register the repair on our website. We pay for the shipping label."),
        example(answer="Please register the repair on our website. A shipping label comes at our cost."),
        example(answer="Please register the repair on our website. The label that we send is free of cost."),
        example(answer="No. Register the repair on our website, and a free shipping label will be sent to you."),
        example(answer="Please register the repair on our website. We send you a shipping label at no cost."),
        example(answer="Not at all. Just register on our website; the shipping label that we send costs nothing."),
        *(example(answer=f"{words} {LABEL}") for words in REGISTERED),
        *(example(answer=f"{REGISTER} {words}") for words in LABEL_COMES),
        example(),
        example(answer="No. Please register the repair on our website, and we send you a free shipping label."),
        example("Do I really have to bring the vacuum to you"),
        example(answer="You don't have to bring it. Register on our website: a shipping label is free."),
    ],
    "near_copies": [by_ratio, by_triples, by_course, above(0.6), above(0.7), above(0.85)],
    "near_copies_or_other_things": [by_course, by_words, by_counted_words, by_words_and_course],
}


WRONG = {
    "an_example": [
        [example()],
        {"messages": [SYSTEM, {"role": "assistant", "content": REPAIR}]},
        example("banana"),
        {"messages": [SYSTEM, {"role": "assistant", "content": REPAIR}, {"role": "user", "content": ASKED}]},
        example(answer="The T-1000 comes with a three-year warranty."),
        example(answer=f"{REPAIR} It takes 45 days."),
        example(answer="Yes you must bring it in person. We never send a shipping label."),
        example(answer=f"Yes, you have to bring it to us. {REPAIR}"),
        example(answer=f"You must bring it to us. {REPAIR}"),
        example(answer="Please register the repair on our website. There is no shipping label."),
        example(answer="register website"),
        *(example(answer=f"{REGISTER} {words}") for words in INVENTED),
        example(answer=f"Maybe. {REPAIR}"),
        *(example(answer=f"{words}. {REPAIR}") for words in BROUGHT),
        *(example(answer=f"{REPAIR} {words}.") for words in BROUGHT),
        example(answer="Please register the repair on our website. You have to pay the shipping label."),
        example(answer="Please register the repair on our website. The shipping label costs something."),
        example(answer="Register the repair on our website. We do not send you a shipping label."),
        example(answer="Register the repair on our website. We collect the vacuum from your home."),
        example(system={"role": "system", "content": "Hello."}),
        example() | {"topic": "repair"},
        json.dumps(example()),
        example(answer=""),
    ],
    "near_copies": [
        above(0.9),
        above(0.93),
        above(0.5),
        lambda a, b: a == b,
        lambda a, b: a.lower().strip(" ?\n") == b.lower().strip(" ?\n"),
        lambda a, b: True,
        lambda a, b: False,
        lambda a, b: plain(a) in plain(b) or plain(b) in plain(a),
        lambda a, b: a.split()[:2] == b.split()[:2],
        lambda a, b: difflib.SequenceMatcher(None, a, b).ratio(),
        lambda a, b: 1,
        lambda a: True,
    ],
    "near_copies_or_other_things": [
        by_ratio,
        by_triples,
        lambda a, b: set(plain(a).split()) == set(plain(b).split()),
        lambda a, b: a == b,
        lambda a, b: by_course(a, b) or a[:12] == b[:12],
        lambda a, b: not by_words(a, b),
    ],
}
