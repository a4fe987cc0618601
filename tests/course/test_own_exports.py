"""Lesson 8 runs from exports of many kinds to the report, and nothing but its one cell is changed."""

import ast
import csv
import json
import mailbox
import sys
from email.message import EmailMessage

import openpyxl
import pytest

from helpers.paths import DATA

from .test_course import code_cells

LESSON = "08_your_own_data"
THINGS = """silver kettle with long spout, toaster for four thick slices, lamp that clips to a shelf,
oil heater on wheels, kitchen radio in mint green, hand mixer and dough hooks, wall clock without numbers,
bathroom scale made of glass, ceiling fan by remote, travel iron with steam, blender jug of one litre,
pocket projector and tripod, cordless drill and bits, photo printer for postcards, bookshelf speaker pair""".split(",")
ASKS = {
    "weight": ("How heavy is it exactly: {}?", "Without its box it weighs two kilograms, the {}."),
    "return": ("Opened already, may it go back? {}", "Yes, within thirty days in its box: {}."),
    "warranty": ("what warranty do I get on this {}", "Two years from the day of buying for each {}."),
    "delivery": ("do u ship to norway?? {}", "Norway takes five working days. We send the {}."),
    "repair": ("Broken! Who mends my {} for me?", "Our workshop does. Please use the label for the {}."),
}
MAIL = "r.dunmore@example.org"
UNFINISHED = "Dear {{customer.first_name}}, we will look into it."


def talks():
    """76 conversations: customer's question, desk's answer, topic. One names an e-mail address."""
    things = [" ".join(thing.split()) for thing in THINGS]
    found = [(ask.format(t), answer.format(t), topic) for t in things for topic, (ask, answer) in ASKS.items()]
    return [*found, (f"Write to {MAIL} as soon as garden hoses in blue are here", "Gladly, we will.", "stock")]


def pairs(folder):
    path = folder / "export.csv"
    with open(path, "w", encoding="cp1252", newline="") as file:
        csv.writer(file, delimiter=";").writerows([("Anfrage", "Antwort", "Thema"), *talks()])
    return {"path": path, "question": "Anfrage", "answer": "Antwort", "topic": "Thema"}


def messages(folder):
    path = folder / "export.jsonl"
    roles = lambda q, a: [{"role": "customer", "content": q}, {"role": "agent", "content": a}]
    path.write_text("".join(json.dumps({"messages": roles(q, a)}) + "\n" for q, a, _ in talks()), encoding="utf-8")
    return {"path": path, "roles": {"customer": "user", "agent": "assistant"}, "system": "Answer briefly."}


def german_tickets(folder):
    return {
        "path": DATA / "de" / "raw.jsonl",
        "roles": {"agent": "assistant"},
        "system": "Kundendienst. Kurz antworten.",
    }


def unfinished_german_tickets(folder):
    lines = [json.loads(line) for line in (DATA / "de" / "raw.jsonl").read_text(encoding="utf-8").splitlines()]
    for line in lines:
        line["messages"] = [m if m["role"] == "user" else m | {"content": UNFINISHED} for m in line["messages"]]
    path = folder / "export.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return {"path": path, "roles": {"agent": "assistant"}, "system": "Kundendienst. Kurz antworten."}


def spreadsheet(folder):
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Case", "Who", "Said"])
    for n, (q, a, _) in enumerate(talks()):
        sheet.append([f"C-{n}", "Guest", q])
        sheet.append([f"C-{n}", "Clerk", a])
    book.save(folder / "export.xlsx")
    roles = {"Guest": "user", "Clerk": "assistant"}
    return {"path": folder / "export.xlsx", "conversation": "Case", "role": "Who", "text": "Said", "roles": roles}


def whatsapp(folder):
    (folder / "chats").mkdir()
    for n, (q, a, _) in enumerate(talks()):
        said = f"03.11.26, 09:{n % 60:02} - Kim Brook: {q}\n03.11.26, 10:{n % 60:02} - Red Desk: {a}\n"
        (folder / "chats" / f"chat {n}.txt").write_text(said, encoding="utf-8")
    return {"path": folder / "chats", "roles": {"Red Desk": "assistant", "*": "user"}, "system": "Answer briefly."}


def zendesk(folder):
    path = folder / "export.json"
    comment = lambda who, said, public=True: {"author_id": who, "plain_body": said, "body": said, "public": public}
    tickets = [
        {
            "id": n,
            "requester_id": 1_000 + n,
            "subject": topic,
            "description": q,
            "comments": [comment(1_000 + n, q), comment(7, "INTERNAL: an angry one", False), comment(7, a)],
        }
        for n, (q, a, topic) in enumerate(talks(), 1)
    ]
    path.write_text(json.dumps({"tickets": tickets}), encoding="utf-8")
    return {"path": path, "system": "Answer briefly."}


def mail(folder):
    """A mailbox of threads; each reply quotes the mail that it answers."""
    box = mailbox.mbox(folder / "export.mbox")
    for n, (q, a, topic) in enumerate(talks()):
        asked = {"From": f"Kim Brook <kim{n}@mail.example>", "To": "desk@red.example", "Subject": topic}
        replied = {"From": "Red Desk <desk@red.example>", "To": f"kim{n}@mail.example", "Subject": f"Re: {topic}"}
        quote = f"\n\nOn Tue, 3 Nov 2026 at 09:{n % 60:02}, Kim Brook wrote:\n> {q}\n"
        for headers, said, hour in ((asked, q, 9), (replied | {"In-Reply-To": f"<9-{n}@red.example>"}, a + quote, 10)):
            message = EmailMessage()
            message.set_content(said)
            for name, value in headers.items():
                message[name] = value
            message["Message-ID"] = f"<{hour}-{n}@red.example>"
            message["Date"] = f"Tue, 03 Nov 2026 {hour:02}:{n % 60:02}:00 +0000"
            box.add(message)
    box.flush()
    roles = {"@red.example": "assistant", "*": "user"}
    return {"path": folder / "export.mbox", "roles": roles, "system": "Answer briefly."}


def run(code, names):
    """Run a cell, and show its last value as a notebook does."""
    tree = ast.parse(code)
    shown = isinstance(tree.body[-1], ast.Expr)
    last = ast.Expression(tree.body.pop().value) if shown else None  # pyright: ignore[reportAttributeAccessIssue]
    exec(compile(tree, "cell", "exec"), names)
    if last:
        value = eval(compile(last, "cell", "eval"), names)
        getattr(value, "_repr_html_", value.__repr__)()


def cells():
    """The code of lesson 8's cells, without the set-up."""
    return ["".join(c["source"]) for c in code_cells(LESSON) if "setup" not in c["metadata"].get("tags", [])]


@pytest.fixture
def at_a_desk(tmp_path, monkeypatch):
    """An empty folder to work in, and the environment as it was before."""
    for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY", "NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "")
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run_to_the_training(source):
    """The names that the cells made, and the code of the one that trains."""
    names = {}
    for code in cells():
        if "jobs.train_once" in code:
            return names, code
        run(code, names)
        if code.startswith("source = {"):
            names["source"] = source
    raise AssertionError("no cell trains")


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("export", [pairs, messages, german_tickets, spreadsheet, whatsapp, zendesk, mail])
def test_from_an_export_to_the_report(export, at_a_desk, capsys):
    source = export(at_a_desk)
    names, _ = run_to_the_training(source)
    assert len(names["examples"]) == (362 if export is german_tickets else len(talks()))
    assert len(names["parts"]["train"]) >= 50 and names["parts"]["test"]
    report = (at_a_desk / "data/own/report.html").read_text(encoding="utf-8")
    assert source["path"].name in report and names["verdict"].split(".")[0] in report
    assert "No model has been trained and asked yet." in report
    assert "INTERNAL" not in (at_a_desk / "data/own/train.jsonl").read_text(encoding="utf-8")
    for name in ("report.html", "report.md", "findings.csv", "train.jsonl"):
        assert MAIL not in (at_a_desk / "data/own" / name).read_text(encoding="utf-8")


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("export", [pairs, messages, unfinished_german_tickets, spreadsheet, whatsapp, zendesk])
def test_where_nothing_is_left_the_report_says_why_and_nothing_is_trained(export, at_a_desk, capsys, monkeypatch):
    finished = talks()
    monkeypatch.setattr(sys.modules[__name__], "talks", lambda: [(q, UNFINISHED, topic) for q, _, topic in finished])
    names, training = run_to_the_training(export(at_a_desk))
    said = f"No-go: nothing is left, because {len(names['examples'])} conversations were left out: "
    assert names["verdict"].startswith(said) and "for “placeholder”" in names["verdict"]
    for name in ("report.html", "report.md"):
        assert names["verdict"] in (at_a_desk / "data/own" / name).read_text(encoding="utf-8")
    with pytest.raises(AssertionError, match="nothing is left"):
        run(training, names)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_from_an_export_through_a_training_to_both_verdicts(at_a_desk, model, monkeypatch, capsys):
    from ..local_server import start

    server = start(at_a_desk / "store", model)
    monkeypatch.setenv("COURSE_PLACE", str(server.base_url).rstrip("/"))
    monkeypatch.setenv("COURSE_PAID", "0")
    names = {}
    for code in cells():
        run(code, names)
        if code.startswith("source = {"):
            names |= {
                "source": pairs(at_a_desk),
                "prompt_today": "A long prompt.",
                "small_trainings": [10],
                "n_epochs": 1,
            }
    report = (at_a_desk / "data/own/report.html").read_text(encoding="utf-8")
    assert "today&#x27;s prompt" in report and "The blue dots are small trainings." in report
    assert names["outcome"].model in report and "Training runs on your own machine" in report
    assert set(names["answers"]) == {"base", "tuned", "today's prompt"}
    assert not names["conditions"].index.str.contains("USD").any()
