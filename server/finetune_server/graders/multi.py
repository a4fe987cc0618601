"""The grader multi: a formula over the rewards of several graders."""

import time
from dataclasses import dataclass

from .formula import Formula
from .grade import Ask, Case, Grade, Grader
from .placeholders import Placeholder


@dataclass(frozen=True)
class Multi:
    """`graders` are by the names that the formula knows them by."""

    name: str
    graders: dict[str, Grader]
    formula: Formula
    type: str = "multi"

    def placeholders(self) -> list[Placeholder]:
        return [one for grader in self.graders.values() for one in grader.placeholders()]

    def models(self) -> list[str]:
        return [model for grader in self.graders.values() for model in grader.models()]

    def grade(self, cases: list[Case], ask: Ask) -> list[Grade]:
        by_name = {name: grader.grade(cases, ask) for name, grader in self.graders.items()}
        return [self._together({name: grades[n] for name, grades in by_name.items()}) for n in range(len(cases))]

    def _together(self, parts: dict[str, Grade]) -> Grade:
        """A part that failed counts with its reward of 0; its error is the whole's, too."""
        began = time.perf_counter()
        seconds = sum(part.seconds for part in parts.values())
        failed = next((part for part in parts.values() if part.error), Grade())
        try:
            reward = self.formula.value({name: part.reward for name, part in parts.items()})
        except (ArithmeticError, ValueError) as error:
            return Grade(error="other_error", details=f"The formula has no result: {error}.", parts=parts)
        seconds += time.perf_counter() - began
        return Grade(reward, failed.error, failed.details, seconds, parts)
