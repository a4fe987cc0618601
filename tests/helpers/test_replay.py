"""The tape and the stub, seen through the real client."""

import json
import re

import openai
import pandas as pd
import pytest
import requests
from hypothesis import example, given
from hypothesis import strategies as st

from helpers.paths import DESK
from helpers.replay import tape
from helpers.replay.nearest import explain, nearest_by_words
from helpers.replay.player import Player
from helpers.replay.server import serve_in_thread, stub
from helpers.replay.tape import Exchange, Request, Response
from helpers.t1000 import desk_files

JSON = {"content-type": "application/json"}


def job(status):
    return {
        "id": "ftjob-1",
        "object": "fine_tuning.job",
        "created_at": 1,
        "model": "m",
        "organization_id": "org-local",
        "status": status,
        "training_file": "file-1",
        "result_files": [],
        "seed": 1,
        "error": {},
        "hyperparameters": {"n_epochs": 1},
    }


def exchange(method, path, body, answer, status=200, query=(), seconds=0.0):
    return Exchange(
        Request(method, path, [list(q) for q in query], body), Response(status, JSON, {"json": answer}), seconds
    )


def client(exchanges):
    return openai.OpenAI(base_url=serve_in_thread(stub(exchanges)), api_key="none", max_retries=0)


def test_the_same_request_moves_on_and_then_stays():
    polls = [exchange("GET", "/fine_tuning/jobs/ftjob-1", None, job(s)) for s in ("running", "succeeded")]
    api = client(polls)
    assert [api.fine_tuning.jobs.retrieve("ftjob-1").status for _ in range(3)] == ["running", "succeeded", "succeeded"]


@pytest.mark.parametrize("looked_before", [0, 1, 5])
@pytest.mark.parametrize("pause", [5.0, 4.99])
def test_a_job_watched_for_hours_is_replayed_in_about_100_looks_that_stay_together(looked_before, pause):
    path, watched = "/fine_tuning/jobs/ftjob-1", 1_437
    recorded = [exchange("GET", path, None, 0, seconds=n / 9) for n in range(looked_before)]
    for n in range(1, watched + 1):
        recorded.append(exchange("GET", path, None, n, seconds=pause * n + n % 7 / 10))
        recorded.append(exchange("GET", f"{path}/events", None, n, seconds=pause * n + 0.7 + n % 3 / 10))
    player = Player(recorded)
    before = [said(player, path) for _ in range(looked_before)]
    looks = []
    while not looks or looks[-1][0] < watched:
        looks.append((said(player, path), said(player, f"{path}/events")))
    assert before[:1] == [0] * min(looked_before, 1) and 90 < len(looks) <= 102
    assert all(0 <= newest - job <= 1 for job, newest in looks) and looks[-1] == (watched, watched)
    assert said(player, path) == watched  # and so it stays


def said(player, path):
    return player.answer(Request("GET", path, [], None)).body["json"]


def test_what_is_not_recorded_is_a_404_that_names_the_closest_and_the_way_on():
    asked = {"model": "m", "messages": [{"role": "user", "content": "How long is the warranty?"}]}
    api = client([exchange("POST", "/chat/completions", asked, {})])
    with pytest.raises(openai.NotFoundError) as caught:
        api.chat.completions.create(model="m", messages=[{"role": "user", "content": "How long is the guarantee?"}])
    assert caught.value.code == "not_recorded"
    message = caught.value.message
    assert "How long is the warranty?" in message and 'helpers.use("local")' in message


def test_the_nearest_question_is_found_by_its_words_not_by_its_letters():
    questions = ["What is half of 20?", "May I wipe the housing with washing-up liquid or dish soap?", "Is it loud?"]
    tape = [
        exchange("POST", "/chat/completions", {"model": "m", "messages": [{"role": "user", "content": one}]}, {})
        for one in questions
    ]
    api = client(tape)

    def told(question, **more):
        with pytest.raises(openai.NotFoundError) as caught:
            api.chat.completions.create(model="m", messages=[{"role": "user", "content": question}], **more)
        return caught.value.message

    assert f'by its words is: "{questions[1]}"' in told("Can I clean it with dish soap?")
    assert "None of the 3 recorded questions" in told("Wie schwer?")
    assert '"temperature": 0.5' in told("Is it loud?", temperature=0.5) and "The closest recorded one" in told(
        "Is it loud?", temperature=0.5
    )


@given(st.text(max_size=40), st.lists(st.text(max_size=40), max_size=5))
def test_any_question_has_a_nearest_one_or_none(question, others):
    assert nearest_by_words(question, others) in ["", *others]


def test_an_upload_is_known_by_name_and_content():
    file = {
        "id": "file-1",
        "object": "file",
        "bytes": 3,
        "created_at": 1,
        "filename": "a.jsonl",
        "purpose": "fine-tune",
        "status": "processed",
    }
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # SHA-256 of "abc"
    form = {"form": {"purpose": "fine-tune", "file": {"filename": "a.jsonl", "bytes": 3, "sha256": digest}}}
    api = client([exchange("POST", "/files", form, file)])
    assert api.files.create(file=("a.jsonl", b"abc"), purpose="fine-tune").id == "file-1"
    with pytest.raises(openai.NotFoundError):
        api.files.create(file=("a.jsonl", b"abd"), purpose="fine-tune")


def test_streams_replay_as_streams():
    chunk = {
        "id": "c",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": None}],
    }
    text = f"data: {json.dumps(chunk)}\n\ndata: [DONE]\n\n"
    asked = {"model": "m", "messages": [], "stream": True}
    said = Response(200, {"content-type": "text/event-stream"}, {"text": text})
    api = client([Exchange(Request("POST", "/chat/completions", [], asked), said, 0.0)])
    chunks = list(api.chat.completions.create(model="m", messages=[], stream=True))
    assert [c.choices[0].delta.content for c in chunks] == ["Hi"]


@pytest.mark.parametrize("prefix", ["/v1", "/openai/v1", "/openai", ""])
def test_paths_of_openai_and_azure_are_the_same(prefix):
    request = tape.read_request("GET", f"{prefix}/files", "limit=2&after=x&api-version=1", {}, b"")
    assert (request.path, request.query) == ("/files", [["after", "x"], ["limit", "2"]])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
)


request_bodies = json_values | st.fixed_dictionaries({"messages": json_values, "model": st.text()})


@example({"messages": 5}, {"messages": True})
@given(request_bodies, request_bodies)
def test_any_request_that_is_not_on_the_tape_is_explained(asked, recorded):
    requests = [Request("POST", "/chat/completions", [], body) for body in (asked, recorded)]
    assert "not on the tape" in explain(requests[0], requests[1:])


@given(st.lists(st.tuples(st.text(), json_values, st.binary()), max_size=5))
def test_a_tape_survives_writing_and_reading(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("tape") / "x.jsonl"
    written = [
        Exchange(Request("POST", p, [], body), tape.read_response(200, {}, content), 1.5) for p, body, content in rows
    ]
    tape.write_tape(path, {"tape": 1}, written)
    assert tape.read_tape(path) == tape.Tape({"tape": 1}, written)
    assert [e.response.content for e in written] == [content for _, _, content in rows]


@given(st.binary())
def test_any_bytes_are_a_tape_or_a_named_line(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("tape") / "x.jsonl"
    path.write_bytes(content)
    try:
        tape.read_tape(path)
    except ValueError as error:
        assert "x.jsonl" in str(error)


def test_an_empty_tape_says_so():
    with pytest.raises(openai.NotFoundError, match="The tape is empty"):
        client([]).files.list()


def test_a_body_that_is_no_json_is_a_400():
    url = serve_in_thread(stub([]))
    answer = requests.post(f"{url}/chat/completions", data=b"{", headers=JSON)
    assert answer.status_code == 400 and "could not be read" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "question, near",
    [
        ("Can I clean it with dish soap?", r".*(soap|cleaner|washing-up liquid).*housing"),
        ("Is lemonade on the floor something it can vacuum?", r"(?i).*vacuum"),
        ("how long will the battery last on one charge", r"(?i).*(battery|charge).*"),
        ("Do you send parcels to Norway?", r".*Norway"),
    ],
)
def test_the_nearest_of_the_desks_questions_is_about_the_same_matter(question, near):
    general = list(pd.read_csv(DESK.parent / "general" / "questions.csv").question)
    tickets = [prompt[-1]["content"] for prompt in desk_files.prompts_of(desk_files.load_tickets("test")[0])]
    assert re.match(near, nearest_by_words(question, [*general, *tickets, *desk_files.load_more_questions()]))
