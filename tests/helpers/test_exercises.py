import pytest

from helpers import exercises


@pytest.mark.parametrize(
    "given, said", [(None, "Your turn"), (1.8, "Right."), (1.81, "Right."), (18, "Not yet"), ("x", "Not yet")]
)
def test_a_task_says_right_or_wrong_and_gives_a_hint(given, said, capsys):
    exercises.check_answer(given, 1.8, "multiply")
    out = capsys.readouterr().out
    assert out.startswith(said) and ("multiply" in out) == (said != "Right.")
