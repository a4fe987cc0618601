"""Tasks for the reader that check themselves."""

import math


def check(given, expected, hint: str) -> None:
    """Say whether an answer is right, without telling it. `given` is None until the reader has tried."""
    if given is None:
        print(f"Your turn. Hint: {hint}")
    elif given == expected or (isinstance(expected, float) and math.isclose(given, expected, rel_tol=0.02)):
        print("Right.")
    else:
        print(f"Not yet: {given!r} is not it. Hint: {hint}")
