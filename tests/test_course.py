"""The notebooks and tapes as a whole."""

import json
import re
import statistics
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from jupyter_server.serverapp import ServerApp

from helpers import lessons, workshop
from helpers.lessons import LESSONS
from helpers.paths import NOTEBOOKS, ROOT, TAPES
from helpers.replay import provenance, record, tape

REFEREE = ROOT.parent / "shared" / "openapi" / "fine_tuning.openapi.json"
each_lesson = pytest.mark.parametrize("name", [lesson.name for lesson in LESSONS])


def code_cells(name):
    cells = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    return [c for c in cells if c["cell_type"] == "code"]


def test_links_badges_and_tables_are_generated():
    lessons.main(check=True)


@pytest.mark.parametrize(
    "text", [(ROOT / "README.md").read_text(encoding="utf-8"), workshop.INSTALL], ids=["README", "archive"]
)
def test_the_line_that_opens_lesson_1_serves_the_readme_too(text, monkeypatch):
    monkeypatch.chdir(ROOT)
    [arguments] = re.findall(r"bin/jupyter lab (.+)$", text, re.MULTILINE)
    server = ServerApp()
    server.parse_command_line(arguments.split())
    assert (Path(server.root_dir), Path(server.file_to_run)) == (ROOT, NOTEBOOKS / "01_prepare_data.ipynb")


def test_tapes_fit_data_and_notebooks():
    assert record.check() == []


def test_check_notices_changed_data_and_code(tmp_path, monkeypatch):
    hashes = provenance.data_hashes("03_train")
    monkeypatch.setattr(provenance, "data_hashes", lambda lesson: hashes | {"data/t1000/en/train.jsonl": "other"})
    monkeypatch.setattr(provenance, "notebook_hash", lambda lesson: "other")
    found = provenance.mismatches("03_train")
    assert len(found) == 2 and "train.jsonl" in found[0] and "notebook" in found[1]
    monkeypatch.setattr(provenance, "TAPES", tmp_path)
    assert "there is no tape" in provenance.mismatches("03_train")[0]


@each_lesson
def test_cells_are_short_and_run_and_compared(name):
    cells = code_cells(name)
    lines = [len("".join(c["source"]).splitlines()) for c in cells]
    assert statistics.median(lines) < 10 and max(lines) <= 25
    assert all(c["execution_count"] for c in cells)
    exempt = [c for c in cells if any("nbval" in tag for tag in c["metadata"].get("tags", []))]
    assert len(exempt) <= len(cells) / 10


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
    """Base at most 15 %, tuned at least 70 % on at least 74 unseen questions, counted from the tape."""
    from helpers import compare, dataset

    handbook = dataset.load_handbook("en").set_index("answer").must_match
    fact = {
        e["messages"][1]["content"]: handbook[e["messages"][2]["content"]]
        for e in dataset.read_jsonl(ROOT / "data/t1000/en/test.jsonl")
    }
    right = {}
    for exchange in tape.read_tape(TAPES / "05_compare.jsonl")[1]:
        body = exchange.request.body
        if (
            exchange.request.path == "/chat/completions"
            and body["messages"][0]["content"] == dataset.SYSTEM_PROMPT["en"]
        ):
            answer = exchange.response.body["json"]["choices"][0]["message"]["content"]
            asked = body["messages"][-1]["content"]
            kind = "tuned" if body["model"].startswith("ft:") else "base"
            right.setdefault(kind, {})[asked] = compare.states_fact(answer, fact[asked])
    assert {len(x) for x in right.values()} == {len(fact)} and len(fact) >= 74
    assert sum(right["base"].values()) <= 0.15 * len(fact)
    assert sum(right["tuned"].values()) >= 0.70 * len(fact)


@pytest.mark.skipif(not REFEREE.exists(), reason="the API's description is not beside this checkout")
@each_lesson
def test_the_apis_own_description_accepts_every_taped_response(name):
    description = json.loads(REFEREE.read_text(encoding="utf-8"))
    for exchange in tape.read_tape(TAPES / f"{name}.jsonl")[1]:
        operation = find_operation(description["paths"], exchange.request)
        known = operation["responses"].get(str(exchange.response.status))
        kind = exchange.response.headers["content-type"].split(";")[0]
        schema = known["content"].get(kind, {}).get("schema") if known else ERROR
        if "json" not in exchange.response.body and kind != "text/event-stream":
            assert exchange.request.path.endswith("/content")  # described as a JSON string, sent as bytes
            continue
        judge = Draft202012Validator({**schema, "components": mended(description["components"])})
        for body in bodies(exchange.response):
            judge.validate(with_known_exceptions(body))


def bodies(response):
    """The response's JSON, or that of each chunk of a stream."""
    if "json" in response.body:
        return [response.body["json"]]
    chunks = [line.removeprefix("data: ") for line in response.body["text"].splitlines() if line]
    assert chunks.pop() == "[DONE]" and chunks
    return map(json.loads, chunks)


def mended(schema):
    """The description says `nullable` in places, as OpenAPI 3.0 did; JSON Schema knows a type "null"."""
    if isinstance(schema, list):
        return [mended(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    rest = {key: mended(part) for key, part in schema.items() if key != "nullable"}
    return {"anyOf": [rest, {"type": "null"}]} if schema.get("nullable") is True else rest


ERROR = {"type": "object", "required": ["error"], "properties": {"error": {"$ref": "#/components/schemas/Error"}}}


def find_operation(paths, request):
    def fits(template):
        parts, asked = template.strip("/").split("/"), request.path.strip("/").split("/")
        return len(parts) == len(asked) and all(p.startswith("{") or p == a for p, a in zip(parts, asked))

    [path] = [p for p in sorted(paths, key=lambda p: p.count("{")) if fits(p)][:1]
    return paths[path][request.method.lower()]


def with_known_exceptions(body):
    """The service sends `"error": {}` in jobs that have not failed, and has statuses that its description has not."""
    if isinstance(body, dict):
        if body.get("object") == "fine_tuning.job" and body.get("error") == {}:
            body = body | {"error": None}
        if body.get("status") in ("pausing", "paused"):
            body = body | {"status": "running"}
        if isinstance(body.get("data"), list):
            body = body | {"data": [with_known_exceptions(x) for x in body["data"]]}
    return body
