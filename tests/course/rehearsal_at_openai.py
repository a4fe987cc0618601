"""Lessons 2 to 6 themselves, through the command that records them at OpenAI: four minutes, so only if it is named."""

import sys
import zipfile

from helpers.backends import openai_account
from tools import record_openai

from ..course_openai import ORGANIZATION, PRIVATE, SLUG, CourseOpenAI
from ..faulty_server import BROKEN, DROP, SLOW_DOWN

KEY = "sk-proj-" + "a" * 40


def test_the_lessons_are_recorded_checked_and_packed(monkeypatch, tmp_path, a_day, capsys):
    server = CourseOpenAI()
    for step in ("POST /files", "POST /fine_tuning/jobs", "GET /fine_tuning/jobs", "POST /chat/completions"):
        server.fail(step, SLOW_DOWN, BROKEN, DROP)
    monkeypatch.setattr(openai_account, "OPENAI_URL", server.url)
    monkeypatch.setattr(record_openai, "STATE", tmp_path / "state")
    monkeypatch.setattr("builtins.input", lambda question: "50")
    monkeypatch.setattr(sys, "argv", ["record_openai"])
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.chdir(tmp_path)
    record_openai.main()
    assert "Done. Send in" in capsys.readouterr().out and not server.faults
    [path] = tmp_path.glob("*.zip")
    with zipfile.ZipFile(path) as packed:
        names = packed.namelist()
        assert names == ["SEND_IN.txt", *(f"recordings/{lesson}.jsonl" for lesson in record_openai.RECORDED)]
        told = "".join(packed.read(name).decode() for name in names)
    assert not [secret for secret in (KEY, ORGANIZATION, SLUG, PRIVATE, "127.0.0.1") if secret in told]
