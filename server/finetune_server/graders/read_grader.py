"""Read the grader that a request gives. Each check raises an ApiError that names the parameter and what to do."""

from collections.abc import Callable
from typing import Any

from openai.types.graders import (
    PythonGraderParam,
    ScoreModelGraderParam,
    StringCheckGraderParam,
    TextSimilarityGraderParam,
)
from openai.types.graders.score_model_grader_param import Input, SamplingParams

from ..protocol.errors import ApiError
from ..protocol.nulls import drop_nulls
from ..protocol.validate import check, check_names, check_range
from .formula import BadFormula, Formula
from .grade import Grader
from .multi import Multi
from .placeholders import BadPlaceholder, placeholders_in
from .python_grader import BadSource, PythonGrader, check_source
from .score_model import ScoreModel
from .string_check import StringCheck
from .text_similarity import METRICS, TextSimilarity

MULTI = ("type", "name", "graders", "calculate_output")
MEANING = {"developer": "system"}


def read_grader(given: Any, param: str = "grader") -> Grader:
    """The grader of a request, or an ApiError."""
    return _read(drop_nulls(given), param, {**SINGLE, "multi": _multi})


def _read(given: Any, param: str, known: dict[str, Callable[[dict, str], Grader]]) -> Grader:
    kind = given.get("type") if isinstance(given, dict) else None
    if not isinstance(kind, str) or kind not in known:
        what = "an object whose type is" if kind is None else "a grader of the type"
        raise _invalid(f"{param}.type", f"expected {what} {', '.join(known)}, got {kind!r}")
    return known[kind](given, param)


def _string_check(given: dict, param: str) -> Grader:
    _check_type(StringCheckGraderParam, given, param)
    _check_templates(given, ("input", "reference"), param)
    return StringCheck(given["name"], given["input"], given["reference"], given["operation"])


def _text_similarity(given: dict, param: str) -> Grader:
    _check_type(TextSimilarityGraderParam, given, param)
    _check_templates(given, ("input", "reference"), param)
    metric = given["evaluation_metric"]
    if metric not in METRICS:
        why = f"this server does not compute {metric!r}, which needs a model or a dictionary of its own; take one of"
        raise _invalid(f"{param}.evaluation_metric", f"{why} {', '.join(METRICS)}")
    return TextSimilarity(given["name"], given["input"], given["reference"], metric)


def _python(given: dict, param: str) -> Grader:
    _check_type(PythonGraderParam, given, param)
    try:
        check_source(given["source"])
    except BadSource as error:
        raise _invalid(f"{param}.source", str(error)) from None
    return PythonGrader(given["name"], given["source"])


def _score_model(given: dict, param: str) -> Grader:
    _check_type(ScoreModelGraderParam, given, param)
    if not isinstance(given["input"], list) or not given["input"]:
        raise _invalid(f"{param}.input", "expected a list with at least one message")
    messages = [_message(one, f"{param}.input[{n}]") for n, one in enumerate(given["input"])]
    low, high = _range(given.get("range", [0, 1]), f"{param}.range")
    sampling = _sampling(given.get("sampling_params", {}), f"{param}.sampling_params")
    return ScoreModel(given["name"], messages, given["model"], low, high, sampling)


def _message(given: Any, param: str) -> dict:
    """A message as a chat completion has it, its text a template."""
    check(Input, given, param)
    check_names(given, Input.__annotations__, param)
    content = given["content"]
    if isinstance(content, dict):
        content = [content]
    if isinstance(content, list):
        parts = [part if isinstance(part, str) else part.get("text") for part in content]
        if None in parts:
            raise _invalid(f"{param}.content", "this server reads text only")
        content = "".join(map(str, parts))
    _check_templates({"content": content}, ("content",), param)
    return {"role": MEANING.get(given["role"], given["role"]), "content": content}


def _range(given: Any, param: str) -> tuple[float, float]:
    numbers = isinstance(given, list) and all(isinstance(n, (int, float)) and not isinstance(n, bool) for n in given)
    if not numbers or len(given) != 2 or not given[0] < given[1]:
        raise _invalid(param, f"expected two numbers, the smaller one first, got {given!r}")
    return float(given[0]), float(given[1])


def _sampling(given: dict, param: str) -> dict:
    """The sampling parameters in the names of a chat completion."""
    check_names(given, SamplingParams.__annotations__, param)
    if "reasoning_effort" in given:
        raise _invalid(f"{param}.reasoning_effort", "the models of this server do not reason: leave it out")
    limits = {"temperature": (0, 2), "top_p": (0, 1), "seed": (-(2**63), 2**63 - 1)}
    for name, (low, high) in (limits | {"max_completions_tokens": (1, 1_000_000)}).items():
        check_range(given.get(name), low, high, f"{param}.{name}")
    renamed = {"max_completions_tokens": "max_completion_tokens"}
    return {renamed.get(name, name): value for name, value in given.items()}


def _multi(given: dict, param: str) -> Grader:
    """OpenAI's types have one grader in `graders`, its guide a map of them, which is what its service takes."""
    check_names(given, MULTI, param)
    for name in ("name", "calculate_output"):
        if not isinstance(given.get(name), str):
            raise _invalid(f"{param}.{name}", "expected text")
    graders = given.get("graders")
    if not isinstance(graders, dict) or not graders:
        raise _invalid(f"{param}.graders", "expected an object with a grader under each name of the formula")
    if isinstance(graders.get("type"), str):  # one grader, as the types have it: the formula knows it by its name
        graders = {str(graders.get("name")): graders}
    for name in graders:
        if not name.isidentifier():
            raise _invalid(f"{param}.graders", f"{name!r} cannot stand in a formula: take letters, digits and _")
    read = {name: _read(one, f"{param}.graders.{name}", SINGLE) for name, one in graders.items()}
    try:
        formula = Formula(given["calculate_output"], list(read))
    except BadFormula as error:
        raise _invalid(f"{param}.calculate_output", str(error)) from None
    return Multi(given["name"], read, formula)


SINGLE: dict[str, Callable[[dict, str], Grader]] = {
    "string_check": _string_check,
    "text_similarity": _text_similarity,
    "python": _python,
    "score_model": _score_model,
}


def _check_type(kind: Any, given: dict, param: str) -> None:
    check_names(given, kind.__annotations__, param)
    check(kind, given, param)


def _check_templates(given: dict, names: tuple[str, ...], param: str) -> None:
    for name in names:
        try:
            placeholders_in(given[name])
        except BadPlaceholder as error:
            raise _invalid(f"{param}.{name}", str(error)) from None


def _invalid(param: str, why: str) -> ApiError:
    return ApiError(400, f"Invalid '{param}': {why}.", param=param)
