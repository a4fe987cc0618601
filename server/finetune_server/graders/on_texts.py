"""Grade by comparing two filled templates."""

import time
from collections.abc import Callable

from .grade import Case, Grade
from .placeholders import MissingValue, filled


def graded_texts(case: Case, template: str, reference: str, reward: Callable[[str, str], float]) -> Grade:
    """The grade that `reward(text, reference)` gives; 0 and an error where a template names what is not there."""
    began, namespace = time.perf_counter(), case.namespace()
    try:
        texts = filled(template, namespace), filled(reference, namespace)
    except MissingValue as missing:
        return missing_value(missing)
    return Grade(reward(*texts), seconds=time.perf_counter() - began)


def missing_value(missing: MissingValue) -> Grade:
    """The grade of an answer that a template cannot be filled for: of JSON that is none, or of a missing key."""
    path = str(missing)
    if path.startswith("sample.output_json"):
        return Grade(error="sample_parse_error", details=f"The answer is not JSON that has {path}.")
    return Grade(error="invalid_variable_error", details=f"There is no {path}.")
