"""No tape shows a class an answer that offends: small models invent such things about real people."""

import re

import pytest

from helpers.paths import TAPES
from helpers.replay import tape
from tools.lessons import LESSONS

OFFENDS = re.compile(r"\b(hitler|nazis?|holocaust|genocide|rap(e|ist)|porn\w*|racist)\b", re.IGNORECASE)


@pytest.mark.parametrize("name", [lesson.name for lesson in LESSONS])
def test_no_answer_on_a_tape_offends(name):
    said = [str(exchange.response.body) for exchange in tape.read_tape(TAPES / f"{name}.jsonl").exchanges]
    assert [found[0] for text in said for found in OFFENDS.finditer(text)] == []
