"""One thing is in the singular."""

import pytest

from helpers import costs, stats, tokens
from helpers.plural import plural
from helpers.training_data import check

MINI = "gpt-4.1-mini-2025-04-14"
ONE = {"messages": [{"role": "user", "content": "Where?"}, {"role": "assistant", "content": "Here."}]}
BAD = {"messages": [{"role": "user", "content": "Where?"}, {"role": "assistant", "content": ""}]}


@pytest.mark.parametrize("n, said", [(0, "0 lines"), (1, "1 line"), (2, "2 lines"), (1000, "1,000 lines")])
def test_a_number_with_its_noun(n, said):
    assert plural(n, "line") == said


def test_one_is_said_in_the_singular():
    assert repr(check([BAD])).startswith("1 example, ") and ": 1 finding in 1 of them." in repr(check([BAD]))
    assert "an epoch in 1 example, counted" in str(tokens.bill([ONE], MINI))
    assert "for 1 epoch." in str(costs.estimate([ONE], MINI, 1, "2026-11-22"))
    assert "1 question only a got right, 3 only b" in str(stats.Duel("a", "b", 1, 3, 0.5, 9.0))
