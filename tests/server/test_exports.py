"""A tuned model leaves, and answers elsewhere as it did here."""

import hashlib
import http.server
import io
import json
import tarfile
import threading
import time

import pytest
import requests

from .. import needs, tiny_model

needs.training()

import torch
import transformers
from transformers import AutoModelForCausalLM, AutoTokenizer, pipeline

from finetune_server import __main__
from finetune_server.export.origin import origin
from finetune_server.export.tar_stream import tar_pieces
from finetune_server.store.store import Store
from finetune_server.training.adapter_folder import take_in

from ..llama_cpp import serving
from ..local_server import finished, lines, start, supervised, upload

pytestmark = pytest.mark.usefixtures("in_float32")  # the words of a nearly random model hang on little
QUESTIONS = [f"question {n}" for n in range(20)]
TOKENS = 24
TEXT = "<s>user: Does question 12, 3.5% or  two\n\nlines answer?  äöü 👍 isn't it</s>"
WORDS = ["question answer", *map(str, range(20))]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A tiny model whose tokenizer merges, as llama.cpp wants it."""
    return tiny_model.make(tmp_path_factory.mktemp("merging") / "tiny", words=WORDS)


@pytest.fixture(scope="module")
def job(api):
    """Its seed gives answers without ties, and none that the length cuts within a character: those differ elsewhere."""
    method = supervised(n_epochs=1, batch_size=4, learning_rate_multiplier=5)
    body = {"model": "tiny", "training_file": upload(api, lines(20)), "method": method, "seed": 3, "suffix": "desk"}
    return finished(api, api.fine_tuning.jobs.create(**body))


@pytest.fixture(scope="module")
def answers(api, job):
    """What the server says to the questions, and how each answer ended."""
    return [said(api, job.fine_tuned_model, question) for question in QUESTIONS]


def said(client, model, question):
    messages = [{"role": "user", "content": question}]
    reply = client.chat.completions.create(model=model, messages=messages, temperature=0, max_completion_tokens=TOKENS)
    return reply.choices[0].message.content, reply.choices[0].finish_reason


def asked(api, model, kind, **query):
    address = f"{str(api.base_url).rstrip('/')}/models/{model}/export/{kind}"
    return requests.get(address, params=query, timeout=60)


def unpacked(reply, into):
    """The exported folder."""
    reply.raise_for_status()
    assert int(reply.headers["content-length"]) == len(reply.content)
    with tarfile.open(fileobj=io.BytesIO(reply.content)) as archive:
        archive.extractall(into, filter="data")
    [folder] = into.iterdir()
    return folder


@pytest.fixture(scope="module")
def merged(api, job, tmp_path_factory):
    return unpacked(asked(api, job.fine_tuned_model, "merged"), tmp_path_factory.mktemp("merged"))


@pytest.fixture(scope="module")
def gguf(api, job, tmp_path_factory):
    return unpacked(asked(api, job.fine_tuned_model, "gguf", type="f32"), tmp_path_factory.mktemp("gguf"))


def test_the_answers_are_worth_comparing(answers):
    assert len(set(answers)) > 3 and {end for _, end in answers} == {"stop", "length"}


def test_transformers_answers_as_the_server(merged, answers):
    chat = pipeline("text-generation", str(merged), device="cpu")
    talks = [[{"role": "user", "content": question}] for question in QUESTIONS]
    given = [chat(talk, do_sample=False, max_new_tokens=TOKENS)[0]["generated_text"][-1]["content"] for talk in talks]
    assert given == [text for text, _ in answers]


def test_a_merged_folder_is_a_base_model_for_another_server(merged, answers, tmp_path):
    other = start(tmp_path / "store", merged)
    assert [said(other, "tiny", question) for question in QUESTIONS] == answers


def test_a_gguf_file_holds_the_weights_and_the_tokenizer(gguf, merged):
    [file] = gguf.glob("*.gguf")
    loaded = AutoModelForCausalLM.from_pretrained(gguf, gguf_file=file.name, dtype=torch.float32)
    wanted = AutoModelForCausalLM.from_pretrained(merged).state_dict()
    assert all(torch.equal(weights, wanted[name]) for name, weights in loaded.state_dict().items())
    if transformers.__version__.startswith("4."):
        pytest.skip("transformers 4 cannot read this tokenizer from a GGUF file")
    mine, theirs = AutoTokenizer.from_pretrained(gguf, gguf_file=file.name), AutoTokenizer.from_pretrained(merged)
    assert mine(TEXT)["input_ids"] == theirs(TEXT)["input_ids"] and mine.chat_template == theirs.chat_template


@pytest.fixture(scope="module")
def llama(gguf):
    """A client of llama.cpp's server; one for all tests, because a second one in a process was seen not to start."""
    pytest.importorskip("xllamacpp", reason="llama.cpp needs the package xllamacpp")
    [file] = gguf.glob("*.gguf")
    with serving(file) as client:
        yield client


def test_llama_cpp_answers_as_the_server(llama, answers):
    assert [said(llama, "any", question) for question in QUESTIONS] == answers


def test_llama_cpp_reads_the_same_tokens(llama, merged):
    address = str(llama.base_url).replace("/v1/", "/tokenize")
    asked = {"content": TEXT, "add_special": True, "parse_special": True}
    tokens = requests.post(address, json=asked, timeout=60).json()["tokens"]
    assert tokens == AutoTokenizer.from_pretrained(merged)(TEXT)["input_ids"]


@pytest.mark.parametrize("weight_type", ["f16", "q8_0"])
def test_smaller_weights_are_near_the_trained_ones(api, job, merged, tmp_path, weight_type):
    folder = unpacked(asked(api, job.fine_tuned_model, "gguf", type=weight_type), tmp_path)
    [file] = folder.glob("*.gguf")
    loaded = AutoModelForCausalLM.from_pretrained(folder, gguf_file=file.name, dtype=torch.float32).state_dict()
    wanted = AutoModelForCausalLM.from_pretrained(merged).state_dict()
    furthest = max((loaded[name] - weights).abs().max() for name, weights in wanted.items())
    assert 0 < furthest < {"f16": 1e-3, "q8_0": 5e-3}[weight_type]


def test_an_adapter_goes_on_to_another_server(api, job, model, tmp_path):
    folder = unpacked(asked(api, job.fine_tuned_model, "adapter"), tmp_path / "out")
    assert json.loads((folder / "adapter_config.json").read_text())["base_model_name_or_path"] == "tiny"
    taker = Store(tmp_path / "store")
    name = take_in(taker, model, "tiny", "again", folder)
    card = origin(taker, model, "tiny", name).page
    taker.close()
    assert name.startswith("ft:tiny:local:again:") and card == (folder / "README.md").read_text()


def test_the_page_says_where_the_model_comes_from(api, job, gguf):
    page, [file] = (gguf / "README.md").read_text(), gguf.glob("*.gguf")
    data = api.files.content(job.training_file).content
    for fact in (
        *(job.fine_tuned_model, job.id, f"`{job.training_file}`, SHA-256 `{hashlib.sha256(data).hexdigest()}`"),
        *("n_epochs 1", "batch_size 4", "learning_rate_multiplier 5", f"seed {job.seed}", "rank 16"),
        "| method | supervised |",
        f"`{file.name}`, {file.stat().st_size:,} bytes; SHA-256 `{hashlib.sha256(file.read_bytes()).hexdigest()}`",
        "| licence of the base model | not known here: look at the page of the base model |",
    ):
        assert fact in page
    assert page.startswith("---\nbase_model: tiny\npipeline_tag: text-generation\ntags: [lora, gguf]\n---\n")


def test_a_checkpoint_leaves_too_and_says_its_step(api, tmp_path):
    method = supervised(n_epochs=2, batch_size=10)
    job = api.fine_tuning.jobs.create(model="tiny", training_file=upload(api, lines(10)), method=method, seed=1)
    finished(api, job)
    api.files.delete(job.training_file)
    [_, first] = api.fine_tuning.jobs.checkpoints.list(job.id).data
    page = (unpacked(asked(api, first.fine_tuned_model_checkpoint, "adapter"), tmp_path) / "README.md").read_text()
    assert f"job `{job.id}`, as it was after step 1 |" in page
    assert f"`{job.training_file}`, SHA-256 not known here" in page


def test_the_base_models_licence_and_the_page_of_a_taken_in_adapter_go_along(api, job, model, tmp_path):
    folder = unpacked(asked(api, job.fine_tuned_model, "adapter"), tmp_path / "out")
    (folder / "README.md").write_text("---\nlicense: mit\n---\n# Mine\n\nIt knows vacuum cleaners.\n")
    base = tmp_path / "tiny"
    base.symlink_to(model, target_is_directory=True)
    page = model / "README.md"
    page.write_text("---\ntags: [tiny]\nlicense: cc-by-4.0\n---\nlicense: no\n")
    try:
        other = start(tmp_path / "store", base, adapters=[("mine", folder)])
        name = other.models.list().data[1].id
        text = (unpacked(asked(other, name, "adapter"), tmp_path / "again") / "README.md").read_text()
    finally:
        page.unlink()
    assert text.startswith("---\nlicense: cc-by-4.0\n") and "| licence of the base model | cc-by-4.0 |" in text
    assert "not known here: the adapter was taken in" in text
    assert text.endswith("## The page that came with the adapter\n\n# Mine\n\nIt knows vacuum cleaners.\n")


@pytest.mark.parametrize(
    "kind, query, status, says",
    [
        ("onnx", {}, 404, "There is no format 'onnx': there are adapter, merged, gguf."),
        ("gguf", {"type": "q4_k_m"}, 400, "Invalid 'type': expected one of f16, f32, q8_0."),
        ("gguf", {"typ": "f32"}, 400, "did you mean 'type'?"),
        ("merged", {"type": "f32"}, 400, "'type' is for the format gguf"),
    ],
)
def test_what_cannot_be_exported_is_refused_in_a_sentence(api, job, kind, query, status, says):
    reply = asked(api, job.fine_tuned_model, kind, **query)
    assert reply.status_code == status and says in reply.json()["error"]["message"]


def test_only_tuned_models_leave(api):
    for name, status in [("tiny", 400), ("ft:tiny:local::none", 404)]:
        reply = asked(api, name, "merged")
        assert reply.status_code == status and reply.json()["error"]["message"]


def test_a_model_that_llama_cpp_would_read_otherwise_leaves_in_other_formats_only(tmp_path):
    biased = tiny_model.make(tmp_path / "tiny", words=WORDS, attention_bias=True)
    other = start(tmp_path / "store", biased)
    job = finished(other, other.fine_tuning.jobs.create(model="tiny", training_file=upload(other, lines(10))))
    reply = asked(other, job.fine_tuned_model, "gguf")
    assert reply.status_code == 400 and reply.json()["error"]["message"].endswith(
        "Take another format: adapter or merged."
    )
    assert asked(other, job.fine_tuned_model, "merged").status_code == 200


def test_nothing_stays_in_the_store(api, job, store, merged, gguf):
    asked(api, job.fine_tuned_model, "onnx")
    deadline = time.monotonic() + 10
    while left := list((store / "exports").iterdir()):
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


def test_the_command_writes_the_folder(api, job, gguf, tmp_path, monkeypatch, capsys):
    server = ["--server", str(api.base_url), "--into", str(tmp_path)]
    monkeypatch.setattr(
        "sys.argv", ["finetune-server", "export", "gguf", job.fine_tuned_model, "--type", "f32", *server]
    )
    __main__.main()
    told, [folder] = capsys.readouterr().out, tmp_path.iterdir()
    for path in gguf.iterdir():
        assert (folder / path.name).read_bytes() == path.read_bytes()
        assert f"{folder / path.name}: {path.stat().st_size:,} bytes" in told


@pytest.mark.parametrize(
    "address, says", [(None, "does not exist"), ("http://127.0.0.1:9/v1", "start finetune-server")]
)
def test_the_command_says_what_went_wrong(api, monkeypatch, address, says):
    server = ["--server", address or str(api.base_url)]
    monkeypatch.setattr("sys.argv", ["finetune-server", "export", "gguf", "ft:tiny:local::none", *server])
    with pytest.raises(SystemExit, match=says):
        __main__.main()


def test_the_command_says_that_it_cannot_write(api, job, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("mine")
    server = ["--server", str(api.base_url), "--into", str(tmp_path / "file")]
    monkeypatch.setattr("sys.argv", ["finetune-server", "export", "adapter", job.fine_tuned_model, *server])
    with pytest.raises(SystemExit, match="cannot be written.*--into"):
        __main__.main()
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("sent", [100, 1024, 2000])  # within a head, between two files, within a file
def test_the_command_leaves_nothing_of_an_export_that_was_cut_off(sent, tmp_path, monkeypatch):
    folder, into = tmp_path / "model", tmp_path / "into"
    folder.mkdir()
    for name in "ab":
        (folder / name).write_bytes(bytes(tarfile.BLOCKSIZE))
    archive = b"".join(tar_pieces(folder))

    class CutOff(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("content-length", str(len(archive)))
            self.end_headers()
            self.wfile.write(archive[:sent])

        def log_message(self, format, *args):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), CutOff) as server:
        threading.Thread(target=server.handle_request).start()
        address = f"http://127.0.0.1:{server.server_port}/v1"
        options = ["--server", address, "--into", str(into)]
        monkeypatch.setattr("sys.argv", ["finetune-server", "export", "adapter", "ft:tiny:local::x", *options])
        with pytest.raises(SystemExit, match="No whole answer"):
            __main__.main()
    assert not any(into.iterdir())
