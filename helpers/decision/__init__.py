"""Should this file be trained on? Conditions before and after a training, the gain in money, and a report to hand over.

On the command line: python -m helpers.decision desk.csv --question Question --answer Answer
"""

from .account import OWN_MACHINE, Account, may_train, not_asked
from .gain import Gain, gain
from .go_no_go import conditions, conditions_after, verdict, verdict_after
from .report_files import write_report
from .study import Data, Money, Outcome, read_with_notes
from .text_classifier import answers_without_a_model, curve_without_a_model, like_the_desk

__all__ = [
    "OWN_MACHINE",
    "Account",
    "Data",
    "Gain",
    "Money",
    "Outcome",
    "answers_without_a_model",
    "conditions",
    "conditions_after",
    "curve_without_a_model",
    "gain",
    "like_the_desk",
    "may_train",
    "not_asked",
    "read_with_notes",
    "verdict",
    "verdict_after",
    "write_report",
]
