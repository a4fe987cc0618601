"""The table of other programs in the server's README is what the runs of `python -m tests.clients` came to."""

from ..clients import results
from ..clients.environments import SCRIPTS
from ..clients.programs import ALIAS, PROGRAMS, STEPS, Program

KEPT = results.load()


def test_the_readme_shows_the_results():
    table = results.README.read_text("utf-8").split(results.BEGIN)[1].split(results.END)[0]
    assert table.strip() == results.table([KEPT[program.name] for program in PROGRAMS if program.name in KEPT]).strip()


def test_each_result_is_of_a_program_that_there_is():
    assert {program.name for program in PROGRAMS} >= {*KEPT}
    assert all((SCRIPTS / program.script).exists() for program in PROGRAMS)


def test_what_was_not_run_or_failed_is_never_shown_as_ok():
    was = {"date": "2026-11-28", "server": "a 1"}
    table = results.table(
        [
            {"program": "one", "model": "tiny", "version": "1.0", "steps": {"chat": "ok", "tools": "Error: no"}} | was,
            {"program": "two", "model": ALIAS, "not_run": "uv failed"} | was,
        ]
    )
    one, two = (line.split(" | ") for line in table.splitlines()[2:4])
    assert one[0] == "| one 1.0" and one[1:].count("ok") == 1 and one[1:].count("failed") == 1
    assert two[0] == "| two ᵃ" and [cell.strip(" |") for cell in two[1:]] == ["not run"] * len(STEPS)
    assert "- one, tools: Error: no" in table and "- two: uv failed" in table


def test_a_program_is_run_under_the_base_models_name_unless_it_accepts_only_openais():
    assert Program("x", "with_x.py").model != ALIAS
    assert sum(program.model == ALIAS for program in PROGRAMS) < 5
