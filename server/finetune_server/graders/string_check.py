"""The grader string_check: 1 if a comparison of two texts holds, else 0."""

from dataclasses import dataclass

from .grade import Ask, Case, Grade
from .on_texts import graded_texts
from .placeholders import Placeholder, placeholders_in

OPERATIONS = {
    "eq": lambda text, reference: text == reference,
    "ne": lambda text, reference: text != reference,
    "like": lambda text, reference: reference in text,
    "ilike": lambda text, reference: reference.casefold() in text.casefold(),
}


@dataclass(frozen=True)
class StringCheck:
    name: str
    input: str
    reference: str
    operation: str
    type: str = "string_check"

    def placeholders(self) -> list[Placeholder]:
        return placeholders_in(self.input) + placeholders_in(self.reference)

    def models(self) -> list[str]:
        return []

    def grade(self, cases: list[Case], ask: Ask) -> list[Grade]:
        holds = OPERATIONS[self.operation]
        return [graded_texts(case, self.input, self.reference, lambda *texts: float(holds(*texts))) for case in cases]
