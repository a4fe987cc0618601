"""Break the server on purpose, and see that nothing is lost: python -m tests.faults [--tiny]

A server as a process of its own is killed, finds its disk full, and gets half an upload, thirty clients at once and a
damaged store. One line for each proof; the exit status is 1 if one fails. `--tiny` takes a tiny model of random weights
(a minute); without it the default model trains (several minutes). Linux only, where a process can be told that its disk
is full.
"""

import argparse
import resource
import shutil
import socket
import sys
import tempfile
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import openai

from .local_server import Server, events, finished, lines, messages, steps_told, supervised, until, upload, wait

PATIENCE = 1800  # seconds for what has to wait in a queue


def everything(server: Server) -> dict:
    """All that the API shows: files with their bytes, models, and jobs with their events and checkpoints."""
    api = server.api
    files = {f.id: api.files.content(f.id).content for f in api.files.list()}
    told = {job.id: {e.id for e in events(api, job)} for job in api.fine_tuning.jobs.list(limit=100)}
    saved = {id: {c.fine_tuned_model_checkpoint for c in api.fine_tuning.jobs.checkpoints.list(id)} for id in told}
    return {"files": files, "models": {m.id for m in api.models.list()}, "events": told, "checkpoints": saved}


def missing(before: dict, after: dict) -> list:
    """What was there before and is not now."""
    lost = [id for id, content in before["files"].items() if after["files"].get(id) != content]
    lost += before["models"] - after["models"]
    return lost + [e for id, events in before["events"].items() for e in events - after["events"].get(id, set())]


def refused(call, status: int, words: str) -> str:
    """The message of the refusal that `call` must get."""
    try:
        call()
    except openai.APIStatusError as error:
        message = error.body["message"] if isinstance(error.body, dict) else str(error)
        assert error.status_code == status and words in message, f"{error.status_code}: {message}"
        return message
    raise AssertionError(f"no error, where {status} with {words!r} was expected")


def train(server: Server, examples: int, **hyperparameters):
    return server.api.fine_tuning.jobs.create(
        model=server.base_model,
        training_file=upload(server.api, lines(examples)),
        seed=3,
        method=supervised(**hyperparameters),
    )


def ask(server: Server, model: str) -> str | None:
    reply = server.api.chat.completions.create(
        model=model, messages=[{"role": "user", "content": "question 3"}], max_tokens=4, temperature=0
    )
    return reply.choices[0].message.content


def truncated_upload(server: Server) -> str:
    """Half an upload, then the line is cut; and a whole request whose form has no end."""
    before = everything(server)
    form = (
        b'--x\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nfine-tune\r\n'
        b'--x\r\ncontent-disposition: form-data; name="file"; filename="a.jsonl"\r\n\r\n'
    ) + lines(50)
    for length in (10_000_000, len(form)):
        with socket.create_connection(("127.0.0.1", server.port)) as line:
            head = (
                "POST /v1/files HTTP/1.1\r\nhost: localhost\r\ncontent-type: multipart/form-data; boundary=x\r\n"
                f"content-length: {length}\r\n\r\n"
            )
            line.sendall(head.encode() + form)
            answer = b"" if length > len(form) else line.recv(100)
    assert answer.startswith(b"HTTP/1.1 400"), answer
    time.sleep(0.2)
    assert everything(server) == before and not list(server.store.glob("*/*.part"))
    return f"{len(form)} bytes of 10000000, then cut: nothing stored; a form without an end: 400, nothing stored"


def disk_full(server: Server) -> str:
    """No file of the server may grow for a while; then there is room again."""
    job = until(
        server.api, train(server, 20, n_epochs=50, batch_size=1), lambda job: steps_told(server.api, job) > 2, PATIENCE
    )
    before, pid = everything(server), server.process.pid
    limits = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, limits[1]))
    try:
        message = refused(lambda: upload(server.api, lines(5000)), 507, "disk is full")
        refused(lambda: upload(server.api, lines(10)), 507, "disk is full")
        some_file = server.api.fine_tuning.jobs.retrieve(job.id).training_file
        create = lambda: server.api.fine_tuning.jobs.create(model=server.base_model, training_file=some_file)
        refused(create, 507, "disk is full")
        ask(server, server.base_model)
        time.sleep(5)  # the training has to notice, too, with its next step
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)
    job = finished(server.api, job, PATIENCE)
    assert job.status == "failed" and job.error.code == "insufficient_storage", job
    lost = missing(before, everything(server))
    assert not lost, lost
    upload(server.api, lines(10))
    return (
        f"upload and job refused with 507 ({message[:60]}…), the running job failed and says so, nothing lost, "
        "then uploads go on"
    )


def crowd(server: Server, clients: int = 30) -> str:
    """Many clients at once: each uploads 10 examples, trains one step, polls and chats."""

    def client(n: int) -> tuple[float, bool]:
        began = time.perf_counter()
        job = finished(server.api, train(server, 10, n_epochs=1, batch_size=10), PATIENCE)
        assert job.status == "succeeded", job.error
        ask(server, job.fine_tuned_model)
        return time.perf_counter() - began, any(m.startswith("Job is queued behind") for m in messages(server.api, job))

    with ThreadPoolExecutor(clients) as pool:
        results = list(pool.map(client, range(clients)))
    queued = sum(waited for _, waited in results)
    assert queued, "no job said its position in the queue"
    return (
        f"{clients} clients, 0 requests failed, {queued} jobs said their position, "
        f"the last was served after {max(results)[0]:.1f} s"
    )


def kill(server: Server, n_epochs: int = 10) -> str:
    """kill -9 in the middle of an epoch; the job goes on and ends as if nothing had happened.

    A quick model needs more epochs, lest the job has ended when it is killed.
    """
    settings = {"n_epochs": n_epochs, "batch_size": 2}
    whole = finished(server.api, train(server, 24, **settings), PATIENCE)
    job = train(server, 24, **settings)
    until(server.api, job, lambda job: steps_told(server.api, job) > 14, PATIENCE)
    before, done = everything(server), steps_told(server.api, job)
    server.kill()
    seconds = server.start()
    lost = [
        x for x in missing(before, everything(server)) if x not in before["checkpoints"][job.id]
    ]  # only three are kept
    assert not lost, lost
    job = finished(server.api, job, PATIENCE)
    assert job.status == "succeeded", job.error
    last = [12 * epoch for epoch in range(n_epochs, n_epochs - 3, -1)]
    assert [c.step_number for c in server.api.fine_tuning.jobs.checkpoints.list(job.id)] == last
    [went_on] = [m for m in messages(server.api, job) if "goes on after step" in m]
    curves = [[e.data for e in events(server.api, j) if e.type == "metrics"] for j in (whole, job)]
    assert curves[0] == curves[1], "the losses differ from those of the job that was not killed"
    tables = [server.api.files.content(j.result_files[0]).content for j in (whole, job)]
    assert tables[0] == tables[1]
    assert ask(server, job.fine_tuned_model) == ask(server, whole.fine_tuned_model)
    wait(lambda: not [*(server.store / "states").iterdir()])  # dropped after the job has got its status
    return (
        f"killed after step {done}, answered again after {seconds:.1f} s, nothing lost; "
        f"{went_on.lower()} of {len(curves[1])}; all {len(curves[1])} losses as in a job that was not killed"
    )


def corrupt_store(server: Server) -> str:
    """A missing file, a broken adapter, then garbage for a database."""
    tuned = next(j for j in server.api.fine_tuning.jobs.list() if j.status == "succeeded")
    before = everything(server)
    victim = tuned.training_file
    server.kill()
    content = (server.store / "files" / victim).read_bytes()
    (server.store / "files" / victim).unlink()
    model = tuned.fine_tuned_model
    assert model
    adapters = {path: path.read_bytes() for path in server.store.glob("models/*/adapter_model.safetensors")}
    for path in adapters:
        path.write_bytes(b"garbage")
    server.start()
    refused(lambda: server.api.files.content(victim), 500, "upload the file again")
    refused(lambda: ask(server, model), 500, "train the model again")
    ask(server, server.base_model)
    server.kill()
    (server.store / "files" / victim).write_bytes(content)
    for path, weights in adapters.items():
        path.write_bytes(weights)
    database = server.store / "store.sqlite"
    shutil.copytree(server.store, saved := server.store.with_name("saved"))
    for path in server.store.glob("store.sqlite*"):
        path.unlink()
    database.write_bytes(b"garbage " * 1000)
    server.launch()
    assert server.process.wait(120) == 1
    sentence = server.log.read_text().strip().splitlines()[-1]
    assert "is damaged" in sentence and "--store" in sentence and database.read_bytes() == b"garbage " * 1000, sentence
    for path in saved.glob("store.sqlite*"):
        shutil.copy(path, server.store)
    server.start()
    assert missing(before, everything(server)) == []
    return f"a missing file and a broken adapter: 500 and one sentence each; garbage for a database: {sentence[:200]}"


PROOFS = (truncated_upload, disk_full, crowd, kill, corrupt_store)


def main() -> None:
    from finetune_server.model.download import DEFAULT_MODEL

    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tiny", action="store_true", help="with a tiny model of random weights")
    tiny = parser.parse_args().tiny
    failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        model = DEFAULT_MODEL
        if tiny:
            from .tiny_model import make

            model = str(make(Path(scratch) / "tiny"))
        server = Server(Path(scratch) / "store", model)
        server.start()
        server.kill()
        began, seconds = time.perf_counter(), server.start()
        ask(server, server.base_model)
        print(
            f"second start: answers after {seconds:.1f} s, "
            f"has answered a chat after {time.perf_counter() - began:.1f} s",
            flush=True,
        )
        for proof in PROOFS:
            began = time.perf_counter()
            try:
                says, verdict = proof(server), "pass"
            except Exception as error:
                traceback.print_exc()
                says, verdict, failed = f"{type(error).__name__}: {error}", "FAIL", failed + 1
            print(f"{verdict} {proof.__name__:16} {time.perf_counter() - began:6.1f} s  {says}", flush=True)
        server.kill()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
