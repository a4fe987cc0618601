"""Where OpenAI's description of its API is wider here than there: no more than tests/openapi/README.md tells."""

import pytest
from jsonschema import Draft202012Validator, ValidationError

from .. import openapi
from ..openapi.narrowing import narrowed

MESSAGE = {"id": "chatcmpl-x-0", "role": "user", "content": "hello", "refusal": None, "content_parts": None}
ENDS = {"first_id": MESSAGE["id"], "last_id": MESSAGE["id"]}
LIST = {"object": "list", "data": [MESSAGE], "has_more": False} | ENDS
EMPTY = LIST | {"data": [], "first_id": None, "last_id": None}
MESSAGES = "/chat/completions/chatcmpl-x/messages"
JOB = {
    "object": "fine_tuning.job", "id": "ftjob-x", "model": "tiny", "organization_id": "org-x", "status": "paused",
    "created_at": 1, "finished_at": None, "training_file": "file-x", "validation_file": None, "result_files": [],
    "fine_tuned_model": None, "trained_tokens": None, "seed": 1, "error": {}, "hyperparameters": None,
    "method": {"type": "dpo"},
}  # fmt: skip


@pytest.mark.parametrize(
    "path, body",
    [
        ("/files", EMPTY),
        ("/chat/completions", EMPTY),
        (MESSAGES, EMPTY),
        (MESSAGES, LIST),
        (MESSAGES, LIST | {"data": [MESSAGE | {"role": "tool"}]}),
        ("/fine_tuning/jobs/ftjob-x", JOB),
        ("/fine_tuning/jobs/ftjob-x", JOB | {"error": None, "hyperparameters": {}, "method": {"type": "supervised"}}),
    ],
)
def test_what_the_service_answers_is_accepted(path, body):
    openapi.accepts(body, "get", path)


@pytest.mark.parametrize(
    "path, body",
    [
        (MESSAGES, LIST | {"first_id": None}),
        (MESSAGES, LIST | {"data": [MESSAGE | {"role": "robot"}]}),
        (MESSAGES, LIST | {"data": [MESSAGE | {"id": 1}]}),
        ("/files", {name: part for name, part in EMPTY.items() if name != "last_id"}),
        ("/fine_tuning/jobs/ftjob-x", JOB | {"error": {"code": "x"}}),
        ("/fine_tuning/jobs/ftjob-x", JOB | {"status": "stopped"}),
        ("/fine_tuning/jobs/ftjob-x", JOB | {"method": {"type": "supervised"}}),
    ],
)
def test_what_it_does_not_answer_is_refused(path, body):
    with pytest.raises(ValidationError):
        openapi.accepts(body, "get", path)


def test_what_a_query_cannot_tell_apart_is_not_forbidden():
    jobs = "/fine_tuning/jobs"
    operation = narrowed(openapi.DESCRIPTION, [(jobs, "get")], {"training_file": ["file-x"]})["paths"][jobs]["get"]
    [metadata] = [p["schema"] for p in operation["parameters"] if p["name"] == "metadata"]
    for value in ({"bytes": True}, {"bytes": "true"}):  # both are metadata[bytes]=true
        Draft202012Validator(metadata).validate(value)
    assert not Draft202012Validator(metadata).is_valid("true")
