"""What an exercise is, and how a reader's function is tried."""

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

MAX_SHOWN = 160  # characters of an input or a result


class NotBegun(Exception):
    """There is nothing to judge yet."""


class NotYet(Exception):
    """What is wrong with an answer, a sentence without its full stop at the beginning: it follows "Not yet: "."""


@dataclass(frozen=True)
class Exercise:
    """`level` is easy, middle or hard. `judge` raises NotBegun, or NotYet where an answer is wrong."""

    name: str
    lesson: int
    level: str
    begin: str
    judge: Callable[[Any], None]
    shows: str
    hints: tuple[str, ...]


class Case(NamedTuple):
    """Inputs of a function, what it shall give, and why, as the end of a sentence after "but"."""

    inputs: tuple
    wanted: Any
    why: str


def equal(given: Any, wanted: Any) -> bool:
    """Whether they are the same; numbers up to rounding, True and False only for themselves or numpy's."""
    if isinstance(wanted, bool):
        return type(given).__name__ in ("bool", "bool_") and bool(given) == wanted
    if isinstance(wanted, (int, float)):
        return not isinstance(given, (bool, str)) and math.isclose(float(given), wanted, rel_tol=1e-3, abs_tol=1e-6)
    return bool(given == wanted)


def function(cases: Sequence[Case], same: Callable[[Any, Any], bool] = equal) -> Callable[[Any], None]:
    """A judge of functions: tries each case, and reports the first that goes wrong."""

    def judge(mine: Any) -> None:
        results = [call(mine, *case.inputs, but=case.why) for case in cases]
        if all(result is None for result in results):
            raise NotBegun
        for case, result in zip(cases, results, strict=True):
            if not fits(same, result, case.wanted):
                raise NotYet(f"{called(mine, case.inputs)} gives {shown(result)}, but {case.why}{_as(case.wanted)}.")

    return judge


def _as(wanted: Any) -> str:
    """What a yes or no must be: that 1 or a text is neither is not clear from what is right."""
    return f", so {wanted} is wanted" if isinstance(wanted, bool) else ""


def fits(same: Callable[[Any, Any], bool], result: Any, wanted: Any) -> bool:
    """Whether a result is as wanted; one that cannot be compared is not."""
    try:
        return same(result, wanted)
    except (TypeError, ValueError, AttributeError, KeyError):
        return False


def call(mine: Any, *inputs: Any, but: str = "") -> Any:
    """What the reader's function gives for copies of these inputs. Raises NotYet that ends in `but` if it cannot."""
    return call_with(mine, *copy.deepcopy(inputs), but=but)


def call_with(mine: Any, *inputs: Any, but: str = "") -> Any:
    """As `call`, with the inputs themselves: for those that a function shall change."""
    if not callable(mine):
        raise NotYet(f"a function is wanted, and this is {shown(mine)}.")
    try:
        return mine(*inputs)
    except (Exception, SystemExit) as error:
        end = f", but {but}." if but else "."
        raise NotYet(f"{called(mine, inputs)} stops with {type(error).__name__}: {error}{end}") from None


def called(mine: Any, inputs: Sequence) -> str:
    """The call as one would write it."""
    return f"{getattr(mine, '__name__', 'your function')}({', '.join(map(shown, inputs))})"


def shown(value: Any) -> str:
    """The value as Python writes it, cut off if it is long."""
    try:
        text = repr(value)
    except Exception as error:  # a class of the reader's own
        text = f"something that cannot be shown ({type(error).__name__})"
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"
