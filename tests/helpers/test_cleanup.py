"""What the course made is listed and, on request, deleted; what others made is not."""

import openai
import pandas as pd
import pytest

from helpers import cleanup, jobs
from helpers.paths import DATA
from helpers.training_data.jsonl import BOM

from ..faulty_server import BROKEN, LOSE, MINI, FaultyServer, Refusal

TRAIN = (DATA / "en" / "train.jsonl").read_bytes()
SEVEN = b"".join(TRAIN.splitlines(keepends=True)[:7])
NOT_OWNER = Refusal(403, None, "You have insufficient permissions for this operation.")


@pytest.fixture
def server(monkeypatch):
    """The course's job, which is done, on a file of the reader's own; beside it files and a job of others."""
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.01)
    server = FaultyServer(life=("succeeded",))
    client = client_of(server)
    other = TRAIN[:-5] + b"five\n"  # of the same size
    for name, content in [
        ("own.jsonl", b"{}\n"),
        ("train.jsonl", TRAIN),
        ("too_few.jsonl", SEVEN),
        ("bom.jsonl", BOM + TRAIN),
        ("theirs.jsonl", b"[]\n"),
        ("train.jsonl", other),
        ("shared.jsonl", b"0\n"),
    ]:
        server.add_file(name, content)
    server.add_file("notes.txt", TRAIN, purpose="assistants")
    metrics = server.add_file("step_metrics.csv", b"step\n", purpose="fine-tune-results")
    job = jobs.train_once(client, budget_usd=None, model=MINI, training_file="file-0", validation_file="file-6")
    theirs = client.fine_tuning.jobs.create(
        model=MINI, training_file="file-4", validation_file="file-6", metadata={"course": "Z"}
    )
    for made in (job, theirs):
        client.fine_tuning.jobs.retrieve(made.id)
    server.jobs[job.id]["result_files"] = [metrics["id"]]
    return server


def client_of(server):
    return openai.OpenAI(base_url=server.url, api_key="x")


def test_what_the_course_made_is_listed(server):
    table = cleanup.created(client_of(server))
    assert list(table.itertuples(index=False, name=None)) == [
        ("job", "ftjob-0", MINI, "succeeded"),
        ("model", f"ft:{MINI}:org::ftjob-0", MINI, "ready"),
        ("file", "file-0", "own.jsonl", "processed"),
        ("file", "file-1", "train.jsonl", "processed"),
        ("file", "file-2", "too_few.jsonl", "processed"),
        ("file", "file-3", "bom.jsonl", "processed"),
        ("file", "file-8", "step_metrics.csv", "processed"),
    ]
    assert all(line.startswith("GET") for line in server.asked[-6:])


def test_all_of_it_is_deleted_and_nothing_else(server):
    client = client_of(server)
    done = cleanup.delete(client, cleanup.created(client))
    assert list(done.result) == ["stays: the API keeps finished jobs", cleanup.MODEL_DELETED, *["deleted"] * 5]
    assert set(server.files) == {"file-4", "file-5", "file-6", "file-7"}
    assert set(server.models) == {MINI, "gpt-6-luna", f"ft:{MINI}:org::ftjob-1"}
    assert list(cleanup.created(client).kind) == ["job"]


def test_only_the_rows_asked_for_and_never_a_row_of_others(server):
    client = client_of(server)
    table = cleanup.created(client)
    theirs = pd.DataFrame(
        [
            ("file", "file-4", "theirs.jsonl", "processed"),
            ("model", MINI, MINI, "ready"),
            ("job", "ftjob-1", MINI, "succeeded"),
        ],
        columns=table.columns,
    )
    done = cleanup.delete(client, pd.concat([table.loc[table.name == "own.jsonl"], theirs]))
    assert list(done.result) == ["deleted"] + ["left alone: gone, or not made by the course"] * 3
    assert [line for line in server.asked if line.startswith("DELETE")] == ["DELETE /files/file-0"]


def test_a_job_that_runs_is_cancelled(server):
    client = client_of(server)
    server.jobs["ftjob-0"]["status"] = "running"
    done = cleanup.delete(client, cleanup.created(client))
    assert done.result[0] == "cancelled" and server.jobs["ftjob-0"]["status"] == "cancelled"


def test_a_refusal_is_said_in_its_row_and_the_others_go_on(server):
    client = client_of(server)
    server.fail("DELETE /models", NOT_OWNER)
    server.fail("DELETE /files/file-0", LOSE)
    server.fail("DELETE /files/file-1", BROKEN, BROKEN, BROKEN)
    done = cleanup.delete(client, cleanup.created(client)).set_index("id").result
    refused = "not deleted: The API refused this with status 403: You have insufficient permissions for this operation."
    assert done[f"ft:{MINI}:org::ftjob-0"] == refused
    assert done["file-0"] == "gone already" and done["file-1"].startswith("not deleted: The API has a fault of its own")
    assert done["file-2"] == "deleted"


def test_where_nothing_was_made_there_is_nothing_to_do():
    client = client_of(FaultyServer())
    table = cleanup.created(client)
    assert table.empty and list(table.columns) == cleanup.COLUMNS and cleanup.delete(client, table).empty


def test_the_local_api_is_cleaned_up_too(tmp_path, model):
    from ..local_server import finished, lines, start, supervised, upload

    api = start(tmp_path / "store", model)
    settings = {"model": "tiny", "method": supervised(n_epochs=2, batch_size=10)}
    ours = jobs.train_once(api, budget_usd=None, training_file=upload(api, lines(10)), **settings)
    theirs = api.fine_tuning.jobs.create(training_file=upload(api, lines(11)), **settings)
    ours, theirs = (finished(api, job) for job in (ours, theirs))
    assert ours.status == theirs.status == "succeeded"
    table = cleanup.created(api)
    assert list(table.kind) == ["job", "model", "model", "model", "file", "file"]
    done = cleanup.delete(api, table)
    assert list(done.result[1:]) == [cleanup.MODEL_DELETED] * 3 + ["deleted"] * 2
    left = {m.id for m in api.models.list()}
    assert theirs.fine_tuned_model in left and not left & set(table.id)
    assert theirs.training_file in {f.id for f in api.files.list()}
