"""The last question of lesson 6: shall the desk train, for the price or for the answers?"""

from typing import Protocol

from . import lesson5


class Life(Protocol):
    """What `decision.gain` counts, in USD; `usd` is what is left."""

    usd: float
    training: float
    work: float
    conversations: int


def train_or_not(life: Life, tuned_usd: float, instead: float) -> str:
    """Two lines: whether a tuned model pays for itself, and what one more right answer must be worth if it does not.

    `life`: what it gains over its life. `tuned_usd`: the price of one conversation with it. `instead`: USD of work for
    a classifier, which needs no tokens. The answers are those that lesson 5 counted.
    """
    tuned, classifier, of = lesson5.right_answers()
    more = (tuned - classifier) / of
    dearer = life.training + life.work + life.conversations * tuned_usd - instead
    price = (
        f"For the price: {'yes' if life.usd > 0 else 'no'}, {life.usd:+,.0f} USD against the handbook; "
        f"a classifier costs {instead:,.0f} USD of work and 0 USD of tokens."
    )
    if more <= 0:
        return f"{price}\nFor the answers: no, the classifier has as many right ones."
    worth = dearer / (life.conversations * more)
    return (
        f"{price}\nFor the answers: {tuned - classifier} of {of} more are right ({more:.0%}). "
        f"Yes, if one more right answer is worth {worth:.2f} USD."
    )
