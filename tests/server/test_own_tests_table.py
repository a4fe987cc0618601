"""The README shows what the run of openai-python's own tests came to, with the reason of each failure."""

from ..clients.results import README
from ..openai_python import own_results
from ..openai_python.cannot_pass import REASONS

FOUND = own_results.load()
REPORT = """<testsuites><testsuite>
<testcase classname="tests.api_resources.fine_tuning.test_jobs.TestJobs" name="test_method_create[loose]"/>
<testcase classname="tests.api_resources.test_files.TestAsyncFiles" name="test_x[strict]">
  <failure message="AssertionError:&#10; no">...</failure></testcase>
<testcase classname="tests.api_resources.test_files.TestFiles" name="test_y[strict]"><skipped message="s"/></testcase>
</testsuite></testsuites>"""


def test_the_readme_shows_the_results():
    table = README.read_text("utf-8").split(own_results.BEGIN)[1].split(own_results.END)[0]
    assert table.strip() == own_results.table(FOUND)


def test_what_failed_has_a_reason_and_what_has_a_reason_failed():
    failed = {own_results.excused(test) for test, said in FOUND["tests"].items() if said not in ("passed", "skipped")}
    assert failed == {*REASONS.values()}
    assert not own_results.unexpected(FOUND)
    assert {test.split("::")[0] for test in FOUND["tests"]} == {*own_results.FILES}


def test_a_report_is_read_and_what_was_not_expected_is_told(tmp_path, monkeypatch):
    (tmp_path / "report.xml").write_text(REPORT)
    found = own_results.read(tmp_path / "report.xml", "1.0")
    assert found["tests"] == {
        "fine_tuning/test_jobs::Jobs::test_method_create[loose]": "passed",
        "test_files::AsyncFiles::test_x[strict]": "AssertionError: no",
        "test_files::Files::test_y[strict]": "skipped",
    }
    assert [*own_results.unexpected(found)] == ["test_files::AsyncFiles::test_x[strict]"]
    older = {"version": "1.0", "tests": {"test_models::Models::test_z[loose]": "passed"}}
    assert own_results.joined(older, found)["tests"] == older["tests"] | found["tests"]
    assert own_results.joined(older | {"version": "0.9"}, found) == found
    monkeypatch.setattr(
        own_results, "REASONS", {"test_files::test_x": "why", "fine_tuning/test_jobs::test_method_create": "no"}
    )
    assert [*own_results.unexpected(found)] == ["fine_tuning/test_jobs::Jobs::test_method_create[loose]"]
    assert "- `test_x`: why" in own_results.table(found)
    assert "| `test_files.py` | 0 | 1 |" in own_results.table(found)
