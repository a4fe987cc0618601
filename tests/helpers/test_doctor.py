"""What the doctor says of a machine that is ready, and of one that is not."""

import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError

import pytest
from starlette.responses import JSONResponse

from helpers import backends, doctor, packages
from helpers.backends import backend, local
from helpers.paths import ROOT, TAPES
from helpers.replay.server import everything, serve_in_thread

KEY = "sk-" + "a" * 40


def by_subject(printed):
    """What was said, by subject: whether it is good, and the sentence."""
    return {line[4:16].strip(): (line[:2] == "ok", line[17:]) for line in printed.splitlines()}


def look(subject):
    [finding] = [finding for finding in doctor.findings() if finding.subject == subject]
    return finding


def test_a_machine_that_is_ready_and_the_chosen_backend_stays(monkeypatch, capsys):
    monkeypatch.setattr(backend, "_own_keys", {"OPENAI_API_KEY": None})
    monkeypatch.setenv("OPENAI_BASE_URL", "https://example.com/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "of that backend")
    doctor.check()
    said = by_subject(capsys.readouterr().out)
    assert all(said[subject][0] for subject in ("Python", "packages", "tokenizer", "tapes", "replay")), said
    assert said["replay"][1].startswith("works: answers recorded on") and "COURSE_PLACE" not in said
    good, says = said["openai"]
    assert not good and "OPENAI_API_KEY" in says
    assert (
        os.environ["OPENAI_BASE_URL"] == "https://example.com/v1" and os.environ["OPENAI_API_KEY"] == "of that backend"
    )


def test_keys_are_not_shown_and_a_missing_vocabulary_is_not_fetched(tmp_path):
    environment = {
        "OPENAI_API_KEY": KEY,
        "COURSE_API_KEY": KEY,
        "COURSE_PLACE": "local",
        "TIKTOKEN_CACHE_DIR": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-m", "helpers.doctor"], cwd=ROOT, env=os.environ | environment, capture_output=True, text=True
    )
    assert done.returncode == 0 and not done.stderr and KEY not in done.stdout
    said = by_subject(done.stdout)
    assert said["openai"][0] and said["COURSE_PLACE"] == (True, "'local' overrides what the notebooks say")
    good, says = said["tokenizer"]
    assert not good and "TIKTOKEN_CACHE_DIR" in says


def test_a_broken_tape_is_named_and_replay_does_not_work(monkeypatch, tmp_path, capsys):
    for tape in TAPES.glob("*.jsonl"):
        (tmp_path / tape.name).write_bytes(tape.read_bytes())
    (tmp_path / "02_upload.jsonl").write_text("{}\n{not json\n")
    monkeypatch.setattr(backends, "TAPES", tmp_path)
    monkeypatch.setattr(doctor, "TAPES", tmp_path)
    with pytest.raises(SystemExit) as left:
        doctor.main()
    said = capsys.readouterr().out
    assert left.value.code == 1
    assert "no  tapes        02_upload.jsonl, line 2" in said
    assert "no  replay       02_upload.jsonl, line 2" in said


def test_changed_data_and_missing_tapes_are_named(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor, "TAPES", tmp_path)
    assert "there is none" in look("tapes").says
    (tmp_path / "06_cost.jsonl").write_text('{"data": {"data/prices.csv": "other", "data/gone.csv": "any"}}\n')
    tapes = look("tapes")
    assert not tapes.good and tapes.says == (
        "06_cost: data/prices.csv is not the file that the tape was recorded with. And 1 more. "
        "(`git restore data` brings back the original)"
    )


def test_missing_and_old_packages_are_named_with_what_to_do(monkeypatch):
    def version(name):
        if name in ("tiktoken", "jupyterlab", "peft"):
            raise PackageNotFoundError(name)
        return "0.1" if name == "openai" else real(name)

    real = packages.version
    monkeypatch.setattr(packages, "version", version)
    monkeypatch.setattr(
        packages, "requires", lambda name: ["openai", "peft<1; extra == 'train'", "trl; extra == 'else'"]
    )
    monkeypatch.setattr(local, "LOCAL_PORT", 9)
    found = look("packages")
    assert not found.good
    assert (
        "openai is 0.1, not <4,>=2.54, tiktoken is missing: python -m pip install -r requirements.txt -c constr"
        in found.says
    )
    found = look("local")
    assert not found.good and found.says == f"peft is missing: {local.INSTALL}"
    assert f"{local.INSTALL}\n" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_server_is_installed_or_not(monkeypatch):
    monkeypatch.setattr(local, "LOCAL_PORT", 9)
    monkeypatch.setattr(packages, "requires", lambda name: ["openai"])
    assert look("local") == doctor.Finding(
        "local", True, "works: the server is installed; its first start fetches the model"
    )

    def requires(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(packages, "requires", requires)
    assert look("local").says == f"finetune-server is not installed: {local.INSTALL}"


def test_what_only_opens_notebooks_may_be_missing(monkeypatch):
    def version(name):
        if name == "jupyterlab":
            raise PackageNotFoundError(name)
        return real(name)

    real = packages.version
    monkeypatch.setattr(packages, "version", version)
    found = look("packages")
    assert found.good and "jupyterlab is missing" in found.says


@pytest.mark.parametrize(
    "about, good, says",
    [
        ({"base_model": "small", "device": "cpu"}, True, "a server runs here with small (cpu)"),
        ({"what": "else"}, False, "is taken by something that is not the local server"),
    ],
)
def test_a_server_on_the_local_port(monkeypatch, about, good, says):
    async def answer(request):
        return JSONResponse(about)

    port = int(serve_in_thread(everything(answer)).split(":")[2].split("/")[0])
    monkeypatch.setattr(local, "LOCAL_PORT", port)
    found = look("local")
    assert found.good is good and says in found.says


def test_too_little_room_is_said(monkeypatch):
    monkeypatch.setattr(doctor, "TRAINING_GB", {"memory": 10**6, "disk": 10**6})
    room = look("room")
    assert not room.good and "GB of disk free" in room.says
