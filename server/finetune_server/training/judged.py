"""Answers of the model as text, judged by the form that the job asks for, and then by its grader."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jsonschema.exceptions import SchemaError
from jsonschema.validators import validator_for

from ..graders.grade import Ask, Case, Grade, Grader
from ..inference.tool_calls import CallReader
from ..protocol.objects import new_id
from ..protocol.response_format import JsonForm, schema_error
from ..protocol.validate import parse

if TYPE_CHECKING:  # it needs torch, which takes seconds to load
    from .reinforcement import Item


@dataclass(frozen=True)
class Judged:
    """One answer: its tokens, and its grade."""

    ids: list[int]
    grade: Grade


@dataclass(frozen=True)
class Judge:
    """The grader of a job; answers that are not of the `form` get the reward 0, and it does not see them."""

    grader: Grader
    ask: Ask
    form: JsonForm | None
    tokenizer: object

    def judged(self, items: list["Item"], answers: list[list[int]]) -> list[Judged]:
        """The answers with their grades; those of each item stand together."""
        n = len(answers) // len(items)
        owners = [item for item in items for _ in range(n)]
        cases = [self._case(item, ids) for item, ids in zip(owners, answers, strict=True)]
        fits = _fits(self.form)
        graded = iter(self.grader.grade([case for case in cases if fits(case.text)], self.ask))
        unfit = Grade(error="sample_parse_error", details="The answer does not have the form of response_format.")
        grades = [next(graded) if fits(case.text) else unfit for case in cases]
        return [Judged(ids, grade) for ids, grade in zip(answers, grades, strict=True)]

    def _case(self, item: "Item", ids: list[int]) -> Case:
        text = self.tokenizer.decode(ids, skip_special_tokens=True)  # pyright: ignore[reportAttributeAccessIssue]
        if not item.line.get("tools"):
            return Case(text, item.line)
        content, calls = CallReader(self.tokenizer).read(text)
        told = [{"id": new_id("call_"), "type": "function", "function": call} for call in calls]
        return Case(content, item.line, told)


def check_schema(form: JsonForm | None) -> None:
    """Raise an ApiError unless answers can be held against the schema."""
    if form:
        try:
            validator_for(form.schema).check_schema(form.schema)
        except SchemaError as error:
            raise schema_error(form, error.message) from None


def _fits(form: JsonForm | None) -> Callable[[str], bool]:
    if form is None:
        return lambda text: True
    validator = validator_for(form.schema)(form.schema)

    def fits(text: str) -> bool:
        try:
            return validator.is_valid(parse(text))
        except (ValueError, RecursionError):
            return False

    return fits
