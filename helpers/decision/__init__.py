"""Should this file be trained on? Conditions before and after a training, the gain in money, and a report to hand over.

On the command line: python -m helpers.decision desk.csv --question Question --answer Answer
"""

from .account import OWN_MACHINE, Account, may_train, not_asked
from .gain import Gain, gain
from .go_no_go import conditions, conditions_after, verdict, verdict_after
from .report_files import write_report
from .small_trainings import small_trainings
from .study import Data, Money, Outcome, Study, read_with_notes, with_prompt
from .text_classifier import answers_without_a_model, curve_without_a_model, like_the_desk

__all__ = [
    "OWN_MACHINE",
    "Account",
    "Data",
    "Gain",
    "Money",
    "Outcome",
    "Study",
    "answers_without_a_model",
    "conditions",
    "conditions_after",
    "curve_without_a_model",
    "gain",
    "like_the_desk",
    "may_train",
    "not_asked",
    "read_with_notes",
    "small_trainings",
    "verdict",
    "verdict_after",
    "with_prompt",
    "write_report",
]
