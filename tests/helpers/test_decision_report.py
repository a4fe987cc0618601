"""The report: one file that fetches nothing, says what it rests on, and shows the reader's texts as texts."""

import csv
import json
import re
import subprocess
import sys
from base64 import b64decode
from html.parser import HTMLParser
from xml.etree import ElementTree

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.decision import Outcome, Study, __main__, conditions_after, figures, gain, write_report
from helpers.decision.blocks import Box, Section
from helpers.decision.page_html import html
from helpers.decision.page_markdown import markdown
from helpers.decision.study import file_facts
from helpers.paths import ROOT
from helpers.training_data import presidio_people

from .test_presidio_people import Standin

HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(2)> | [x](javascript:alert(3)) `code` "quoted" & \u202e'
OUTSIDE = ("src", "href", "action", "data", "poster", "background")


class Page(HTMLParser):
    """The tags of a page, its text, and the addresses that it names."""

    def __init__(self, content):
        super().__init__()
        self.tags, self.addresses, self.handlers, self.texts = [], [], [], []
        self.feed(content)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.addresses += [value for name, value in attrs if name in OUTSIDE and value]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self):
        return "".join(self.texts)


def desk(tmp_path, extra=()):
    """A table of 80 questions and answers, with an address to mask, a copy and an empty answer."""
    things = ["kettle", "toaster", "lamp", "heater", "radio", "mixer", "clock", "scale", "fan", "iron"]
    asks = [
        ("How heavy is your {}?", "The {} weighs two kilograms."),
        ("May I return a {} that I opened?", "Yes, within thirty days you can return the {}."),
        ("What is the warranty period on the {}", "The {} has a warranty of two years."),
        ("do u ship the {} to norway??", "We ship the {} to Norway in five days."),
    ]
    rows = [(question.format(thing), answer.format(thing)) for thing in things for question, answer in asks]
    rows += [("Please write to r.dunmore@example.org once the blue garden hose is here", "Gladly."), rows[0]]
    rows += [("And who pays for that parcel from Denmark?", ""), *extra]
    path = tmp_path / "desk.csv"
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("Question", "Answer"), *rows])
    return path


def decided(tmp_path, *options, extra=()):
    """The folder with the report on a desk's table."""
    arguments = [str(desk(tmp_path, extra)), "--question", "Question", "--answer", "Answer", "--to", str(tmp_path)]
    given = __main__.parser().parse_args([*arguments, "--starts", "2026-11-22", *options])
    return tmp_path, __main__.decide(given)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder with a report that no test changes."""
    return decided(tmp_path_factory.mktemp("report"))[0]


def test_the_command_says_what_is_wrong_in_a_sentence():
    ran = subprocess.run(
        [sys.executable, "-m", "helpers.decision", "nothing.csv", "--question", "Q", "--answer", "A"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 1 and "nothing.csv" in ran.stderr and "Traceback" not in ran.stderr


def test_the_report_says_what_it_rests_on(tmp_path):
    folder, said = decided(tmp_path, "--hours", "10", "--wage", "50", "--wanted-gain", "100", "--prompt-tokens", "900")
    assert said.startswith("No-go. Not met: at least 50 examples to learn from")
    page = Page((folder / "report.html").read_text(encoding="utf-8"))
    plain = (folder / "report.md").read_text(encoding="utf-8")
    for wanted in (
        "desk.csv",
        file_facts(folder / "desk.csv")["SHA-256"],
        "Before training: go on or stop?",
        "After training: use it or not?",
        "No model has been trained and asked yet.",
        "it gains at least 100.00 USD",
        "500.00 USD for hours of work, it loses ",
        "alike once masked" if "alike once masked" in page.text else "duplicate",
        "empty",
        "e-mail",
        "towns without a postcode",  # not looked for
        "nearest question",
        "Today's long prompt was not asked",
        "No small trainings were run",
        "No account was asked.",
    ):
        assert wanted in page.text, wanted
        assert wanted in plain.replace("\\", ""), wanted


def test_the_page_fetches_nothing_and_has_its_figures_inside(folder):
    content = (folder / "report.html").read_text(encoding="utf-8")
    page = Page(content)
    assert all(address.startswith(("data:image/svg+xml;base64,", "#")) for address in page.addresses)
    assert page.tags.count("img") == 3 and not {"script", "link", "iframe", "object"} & set(page.tags)
    assert "url(" not in content and "@import" not in content
    assert "@page" in content and "size: A4" in content and "@media print" in content


@pytest.mark.parametrize("hours, has_cents", [(0, True), (16, False)])
def test_the_marks_of_small_sums_differ(monkeypatch, hours, has_cents):
    drawn = []
    monkeypatch.setattr(figures, "_figure", lambda drawing, *_: drawn.append(drawing))
    figures.money(gain(0.22, 0.02, 0.01, a_day=2, start="2026-11-22", retires="2027-01-14", hours=hours, wage=60))
    drawn[0].canvas.draw()
    marks = [label.get_text() for label in drawn[0].axes[0].get_yticklabels()]
    assert len(set(marks)) == len(marks) > 2 and all(("." in mark) == has_cents for mark in marks)


def test_figures_are_whole_drawings(folder):
    for drawing in re.findall(r"base64,([^\"]+)", (folder / "report.html").read_text(encoding="utf-8")):
        assert ElementTree.fromstring(b64decode(drawing)).tag.endswith("svg")


def test_names_that_presidio_finds_are_masked_and_the_report_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(presidio_people, "presidio", lambda model: Standin())
    folder, said = decided(tmp_path, "--presidio", "en_core_web_sm", extra=[("May zuse Zuse Ilmarinen come?", "Yes.")])
    assert "Presidio looked for names, too, with en_core_web_sm." in said
    for name in ("report.html", "report.md", "findings.csv", "train.jsonl", "validation.jsonl", "test.jsonl"):
        assert "Ilmarinen" not in (folder / name).read_text(encoding="utf-8")
    assert "looked for names, too" in (folder / "report.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("unmasked", [False, True])
def test_no_report_shows_personal_data_and_findings_only_if_asked(tmp_path, unmasked):
    folder, _ = decided(tmp_path, *["--unmasked"] * unmasked)
    for name in ("report.html", "report.md", "findings.csv"):
        assert ("r.dunmore" in (folder / name).read_text(encoding="utf-8")) == (unmasked and name == "findings.csv")


def test_what_stands_in_the_data_is_shown_and_never_run(tmp_path):
    folder, _ = decided(tmp_path, "--system", HOSTILE, extra=[(HOSTILE, ""), ("Where is my order?", HOSTILE)])
    page = Page((folder / "report.html").read_text(encoding="utf-8"))
    assert "<script>alert(1)</script>" in page.text  # as text
    assert "script" not in page.tags and not page.handlers and "\u202e" not in page.text
    plain = (folder / "report.md").read_text(encoding="utf-8")
    assert "<script" not in plain.replace("\\<script", "") and "](javascript" not in plain.replace("\\](javascript", "")


TEXT = st.text(st.characters(codec=None), max_size=30)


@given(TEXT, TEXT, TEXT)
def test_any_text_stays_text(title, cell, index):
    sections = [Section(title, [cell, Box(title, cell, "open"), pd.DataFrame({cell: [cell]}, index=[index or "row"])])]
    written = html(title, cell, sections).encode("utf-8", errors="replace").decode()
    known = set(
        "html head meta title style body h1 h2 p nav a section div strong span table thead tbody tr th td".split()
    )
    page = Page(written)
    assert set(page.tags) <= known and page.tags.count("td") == 1 and not page.handlers
    table = [line for line in markdown(title, cell, sections).splitlines() if line.startswith("|")]
    assert len(table) == 3 and len({len(re.findall(r"(?<!\\)\|", line)) for line in table}) == 1


def test_a_date_and_a_name_with_a_number_stay_on_one_line():
    said = "Since 2026-05-07 the T-1000 & F-10 need a well-known gpt-4.1-mini-2025-04-14."
    page = html("a", "b", [Section("c", [said, Box("d", said, "open"), pd.DataFrame({"e": [said]})])])
    for joined in ("2026-05-07", "T-1000", "F-10", "gpt-4.1-mini-2025-04-14"):
        assert page.count(f'<span class="joined">{joined}</span>') == 3
    assert 'joined">well' not in page and ".joined { white-space: nowrap; }" in page
    assert Page(page).text.count(said) == 3


def test_numbers_in_a_cell_are_written_as_they_are():
    table = pd.DataFrame({"USD": ["-950.70 USD", "0.06 of 5.00 USD", "1. of all", "- none"]})
    rows = markdown("a", "b", [Section("c", [table])]).splitlines()[-4:]
    assert rows == ["| -950.70 USD |", "| 0.06 of 5.00 USD |", "| 1\\. of all |", "| \\- none |"]


def test_both_verdicts_stand_in_the_report_after_the_training(tmp_path, study):
    references = [example["messages"][-1]["content"] for example in study.data.parts["test"]]
    answers = {"tuned": references, "base": ["?"] * len(references), "today's prompt": ["?"] * len(references)}
    outcome = Outcome(
        "ft:tiny:one",
        answers,
        references,
        conditions_after(study.conditions, answers, references, 0.5, prompt_asked=True),
    )
    curve = pd.concat([study.curve, pd.DataFrame([("tuned", 10, 1, 4)], columns=list(study.curve))])
    write_report(tmp_path, Study(study.data, study.money, study.account, {}, study.conditions, curve), outcome)
    page = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
    for wanted in (
        "Not met: at least 50 examples",
        "ft:tiny:one",
        "says little about gpt-4.1-mini",
        "small trainings.",
    ):
        assert wanted in page.text
    assert "No small trainings" not in page.text and "was not asked: in lesson 8" not in page.text
    assert f"{len(references)} of {len(references)}, 95 % interval" in page.text


def test_todays_prompt_takes_the_place_of_the_one_that_is_trained(tmp_path, monkeypatch):
    """So today costs the same however long the trained one is: it was counted twice."""
    kept = []
    monkeypatch.setattr(__main__, "write_report", lambda folder, study, masked: kept.append(study.money) or [])
    for system in ("Brief.", "You answer for the desk of a garden shop, briefly and without greetings."):
        decided(tmp_path, "--system", system, "--prompt-tokens", "900")
    short, long = kept
    assert short.today == long.today and short.tuned < long.tuned < long.today


@pytest.fixture
def study(tmp_path, monkeypatch):
    """The study of a desk's table."""
    kept = []
    monkeypatch.setattr(__main__, "write_report", lambda folder, study, masked: kept.append(study) or [])
    decided(tmp_path)
    return kept[0]


def test_a_folder_has_one_hash_for_all_its_files(tmp_path):
    (tmp_path / "chats").mkdir()
    for n in range(3):
        (tmp_path / "chats" / f"{n}.txt").write_text(f"Customer: hello {n}\nAgent: hello\n")
    first = file_facts(tmp_path / "chats")
    (tmp_path / "chats" / "1.txt").write_text("Customer: hello 7\nAgent: hello\n")
    assert first["files"] == "3" and first["SHA-256"] != file_facts(tmp_path / "chats")["SHA-256"]


def test_the_training_files_hold_openais_keys_only(folder):
    lines = (folder / "train.jsonl").read_text(encoding="utf-8").splitlines()
    assert lines and all(json.loads(line).keys() == {"messages"} for line in lines)


def test_where_nothing_is_left_the_report_says_why(tmp_path):
    path = tmp_path / "closed.csv"
    path.write_text("Question,Answer\n" + "".join(f"What about item {word}?,\n" for word in "abc"))
    given = __main__.parser().parse_args(
        [str(path), "--question", "Question", "--answer", "Answer", "--to", str(tmp_path)]
    )
    said = "No-go: nothing is left, because 3 conversations were left out: 3 for “empty”."
    assert __main__.decide(given).startswith(said)
    page = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert said in page.text
    assert "3 (100%) left out" in page.text and "empty" in page.text and "nothing was priced" in page.text
