"""The file of findings is whole, and says nothing personal unless it is asked to."""

import csv
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.training_data import Finding, Report, all_findings, inspect, write_findings


def rows_of(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def finding(line, kind="empty", detail="there is no text"):
    return Finding(line, 1, kind, detail, "Fill it.")


def talk(line, question, answer):
    roles = ("user", question), ("assistant", answer)
    return {"line": line, "messages": [{"role": role, "content": text} for role, text in roles]}


def test_more_than_a_thousand_findings_of_a_kind_are_all_in_the_file(tmp_path):
    report = Report(finding(line) for line in range(2_500, 0, -1))
    write_findings(tmp_path / "findings.csv", report)
    assert [int(row["line"]) for row in rows_of(tmp_path / "findings.csv")] == list(range(1, 2_501))
    assert len(report.table) == 1_000  # what a notebook shows stays small


def test_findings_beyond_some_megabytes_take_no_memory(monkeypatch):
    monkeypatch.setattr(all_findings, "MEMORY_BYTES", 10_000)
    tracemalloc.start()
    report = Report(finding(line, detail="x" * 1_000) for line in range(20_000))
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert used < 5_000_000
    assert sum(1 for _ in report.findings()) == 20_000


def test_the_file_names_the_kind_of_personal_data_and_not_the_data(tmp_path):
    secret = "r.dunmore@example.org"
    examples = [
        talk(2, f"Please write to {secret} when my book on birds is here", "Gladly."),
        talk(7, f"Please write to {secret} when my book on birds is here!", "Gladly"),
    ]
    report = inspect(examples)
    assert {"personal data", "duplicate"} <= set(report.counts)
    write_findings(tmp_path / "masked.csv", report)
    write_findings(tmp_path / "clear.csv", report, masked=False)
    assert secret not in (tmp_path / "masked.csv").read_text(encoding="utf-8")
    assert "e-mail: [e-mail]" in [row["detail"] for row in rows_of(tmp_path / "masked.csv")]
    assert f"e-mail: {secret}" in [row["detail"] for row in rows_of(tmp_path / "clear.csv")]


def test_a_name_that_another_line_quotes_is_masked_there_too(tmp_path):
    report = Report(
        [finding(3, "personal data", "name: Okonkwo"), finding(9, "near-duplicate", "of line 3: Okonkwo asks again")]
    )
    write_findings(tmp_path / "findings.csv", report)
    assert [row["detail"] for row in rows_of(tmp_path / "findings.csv")] == [
        "name: [name]",
        "of line 3: [name] asks again",
    ]


@pytest.mark.parametrize("detail", ["=1+1", "@SUM(A1)", "-2", "\t=1"])
def test_a_spreadsheet_takes_no_detail_for_a_formula(tmp_path, detail):
    write_findings(tmp_path / "findings.csv", Report([finding(1, detail=detail)]))
    assert rows_of(tmp_path / "findings.csv")[0]["detail"] == f"'{detail}"


@given(st.lists(st.tuples(st.integers(1, 50), st.text(st.characters(codec=None), max_size=20)), max_size=30))
def test_any_findings_come_back_by_line(found):
    given_findings = [finding(line, detail=detail) for line, detail in found]
    assert list(Report(given_findings).findings()) == sorted(given_findings, key=lambda f: f.line)
