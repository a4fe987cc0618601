"""The notebooks and tapes as a whole."""

import json
import re
import statistics
from pathlib import Path
from typing import Any

import pytest
from jsonschema import ValidationError
from jupyter_server.serverapp import ServerApp

from helpers.paths import NOTEBOOKS, ROOT, TAPES
from helpers.replay import tape
from tools import provenance, publish, workshop
from tools.lessons import LESSONS

from .. import openapi

each_lesson = pytest.mark.parametrize("name", [lesson.name for lesson in LESSONS])
PAGE_WIDTH = 95  # characters of code that fit beside JupyterLab's list of files, on a screen of 1280 pixels


def code_cells(name):
    cells = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    return [c for c in cells if c["cell_type"] == "code"]


def test_links_badges_and_tables_are_generated():
    publish.publish(check=True)


@pytest.mark.parametrize(
    "text", [(ROOT / "README.md").read_text(encoding="utf-8"), workshop.INSTALL], ids=["README", "archive"]
)
def test_the_line_that_opens_lesson_1_serves_the_readme_too(text, monkeypatch):
    monkeypatch.chdir(ROOT)
    [arguments] = re.findall(r"bin/jupyter lab (.+)$", text, re.MULTILINE)
    server = ServerApp()
    server.parse_command_line(arguments.split())
    assert (Path(server.root_dir), Path(server.file_to_run)) == (ROOT, NOTEBOOKS / "01_prepare_data.ipynb")


def test_tapes_are_readable_and_fit_the_data():
    """That they fit what the notebooks ask is proven by nbval, which replays every lesson."""
    assert provenance.check() == []


@each_lesson
def test_a_tape_names_the_data_that_its_lesson_uses(name):
    wanted = next(lesson.data for lesson in LESSONS if lesson.name == name)
    assert tape.read_tape(TAPES / f"{name}.jsonl").provenance["data"] == provenance.data_hashes(wanted)


@each_lesson
def test_cells_import_helpers_only(name):
    code = "\n".join("".join(c["source"]) for c in code_cells(name))
    assert not re.search(r"\b(import|from) +(tools|tests|finetune_server)\b", code)


@each_lesson
def test_cells_are_short_and_run_and_compared(name):
    cells = code_cells(name)
    lines = [len("".join(c["source"]).splitlines()) for c in cells]
    assert statistics.median(lines) < 10 and max(lines) <= 25
    assert all(c["execution_count"] for c in cells)
    exempt = [c for c in cells if any("nbval" in tag for tag in c["metadata"].get("tags", []))]
    assert len(exempt) <= len(cells) / 10


@each_lesson
def test_code_fits_the_width_of_a_page(name):
    code = [c for c in code_cells(name) if "setup" not in c["metadata"].get("tags", [])]
    assert [line for c in code for line in "".join(c["source"]).splitlines() if len(line) > PAGE_WIDTH] == []


@each_lesson
def test_tables_of_texts_stand_at_the_left_and_are_whole(name):
    for cell in code_cells(name):
        for output in cell["outputs"]:
            html = "".join(output.get("data", {}).get("text/html", ""))
            values = re.findall(r"<td([^>]*)>(.*?)</td>", html, re.DOTALL)
            if any(len(text.split()) >= 3 for _, text in values):
                assert all("text-align: left" in style for style, _ in values), cell["source"]
                assert not any(text.endswith("...") for _, text in values), cell["source"]


@each_lesson
def test_outputs_hold_no_warning_no_path_and_no_port(name):
    for cell in code_cells(name):
        for output in cell["outputs"]:
            assert output.get("name") != "stderr", output
            text = json.dumps(output.get("text", "")) + json.dumps(output.get("data", {}).get("text/plain", ""))
            assert "127.0.0.1" not in text and str(Path.home()) not in text


@each_lesson
def test_tapes_hold_no_key_and_no_host(name):
    text = (TAPES / f"{name}.jsonl").read_text(encoding="utf-8").lower()
    assert "authorization" not in text and not re.search(r"\bsk-\w", text) and "127.0.0.1" not in text


def test_lesson_5_shows_what_training_did():
    """On at least 150 unseen tickets base gets at most 15 % right and tuned two thirds, counted from the tape."""
    from helpers.t1000 import desk_files, desk_grading

    examples, truths = desk_files.load_tickets("test")
    asked = {json.dumps(prompt): n for n, prompt in enumerate(desk_files.prompts_of(examples))}
    said: dict[str, dict[int, str]] = {"base": {}, "tuned": {}}
    for exchange in tape.read_tape(TAPES / "05_compare.jsonl").exchanges:
        body: Any = exchange.request.body
        if exchange.request.path == "/chat/completions" and json.dumps(body["messages"]) in asked:
            answer: Any = exchange.response.body["json"]
            kind = "tuned" if body["model"].startswith("ft:") else "base"
            said[kind][asked[json.dumps(body["messages"])]] = answer["choices"][0]["message"]["content"]
    assert len(examples) >= 150 and all(len(answers) == len(examples) for answers in said.values())
    share = {
        kind: desk_grading.grade((answers[n] for n in range(len(examples))), examples, truths).right.mean()
        for kind, answers in said.items()
    }
    assert share["base"] <= 0.15 and share["tuned"] >= 2 / 3


@each_lesson
def test_the_apis_own_description_accepts_every_taped_response(name):
    for exchange in tape.read_tape(TAPES / f"{name}.jsonl").exchanges:
        referee(exchange)


def test_the_apis_own_description_refuses_a_job_whose_status_is_a_number():
    exchanges = tape.read_tape(TAPES / "03_train.jsonl").exchanges
    exchange = next(x for x in exchanges if x.response.body.get("json", {}).get("object") == "fine_tuning.job")
    exchange.response.body["json"]["status"] = 5
    with pytest.raises(ValidationError, match="5 is not of type 'string'"):
        referee(exchange)


def referee(exchange):
    """Raises where the description does not accept a taped response."""
    kind = exchange.response.headers["content-type"].split(";")[0]
    if "json" not in exchange.response.body and kind != "text/event-stream":
        assert exchange.request.path.endswith("/content")  # described as a JSON string, sent as bytes
        return
    for body in bodies(exchange.response):
        openapi.accepts(body, exchange.request.method, exchange.request.path, exchange.response.status, kind)


def bodies(response):
    """The response's JSON, or that of each chunk of a stream."""
    if "json" in response.body:
        return [response.body["json"]]
    chunks = [line.removeprefix("data: ") for line in response.body["text"].splitlines() if line]
    assert chunks.pop() == "[DONE]" and chunks
    return map(json.loads, chunks)
