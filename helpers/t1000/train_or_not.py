"""The last question of lesson 6: shall the desk train, for the price or for the answers?"""

from collections.abc import Mapping
from typing import Protocol

from . import lesson5


class Life(Protocol):
    """What `decision.gain` counts, in USD; `usd` is what is left."""

    usd: float
    training: float
    work: float
    conversations: int


def train_or_not(life: Life, tuned_usd: float, classifiers: Mapping[str, float]) -> str:
    """Some lines: whether a tuned model pays for itself, and what one more right answer must be worth if it does not.

    `life`: what it gains over its life. `tuned_usd`: the price of one conversation with it. `classifiers`: USD of work
    for a classifier, which needs no tokens, by what is in the work. The answers are those that lesson 5 counted.
    """
    tuned, classifier, of = lesson5.right_answers()
    price = f"For the price: {'yes' if life.usd > 0 else 'no'}, {life.usd:+,.0f} USD against the handbook."
    if tuned <= classifier:
        return f"{price}\nFor the answers: no, the classifier has as many right ones."
    more = (tuned - classifier) / of
    lines = [price, f"For the answers: {tuned - classifier} of {of} more are right than the classifier's ({more:.0%})."]
    cost, won = life.training + life.work + life.conversations * tuned_usd, life.conversations * more
    for work, usd in classifiers.items():
        lines.append(f"- A classifier for {usd:,.0f} USD ({work}): {_verdict(cost - usd, won)}.")
    return "\n".join(lines)


def _verdict(dearer: float, won: float) -> str:
    """`dearer`: USD that the tuned model costs more over its life. `won`: how many right answers it gives more."""
    if dearer <= 0:
        return f"yes, the tuned model is {-dearer:,.0f} USD cheaper"
    return (
        f"yes, if one more right answer is worth {dearer / won:.2f} USD: {dearer:,.0f} USD more for {won:,.0f} answers"
    )
