"""Exercises that check themselves."""

import math

TOLERANCE = 0.02  # of money and shares, which a reader may round


def check_answer(given, expected, hint: str) -> None:
    """Print whether an answer is right, without giving it away. `given` is None until the reader has tried."""
    if given is None:
        print(f"Your turn. Hint: {hint}")
    elif given == expected or _is_close(given, expected):
        print("Right.")
    else:
        print(f"Not yet: {given!r} is not it. Hint: {hint}")


def _is_close(given, expected) -> bool:
    return (
        isinstance(expected, float)
        and isinstance(given, (int, float))
        and math.isclose(given, expected, rel_tol=TOLERANCE)
    )
