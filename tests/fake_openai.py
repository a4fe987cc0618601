"""OpenAI's files, jobs, models and answers as far as the course needs them, kept in memory."""

import json
import re
import time
from dataclasses import dataclass, field

MINI = "gpt-4.1-mini-2025-04-14"


@dataclass
class Refusal:
    """An error in OpenAI's shape."""

    status: int
    code: str | None = None
    message: str = "The server had an error while processing your request. Sorry about that!"
    headers: dict = field(default_factory=dict)

    @property
    def body(self) -> dict:
        kind = "server_error" if self.status >= 500 else "invalid_request_error"
        return {"error": {"message": self.message, "type": kind, "param": None, "code": self.code}}


ROUTES = {
    "GET /models": "list_models",
    "GET /models/(.+)": "model",
    "DELETE /(files|models)/(.+)": "delete",
    "GET /files": "list_files",
    "POST /files": "upload",
    "GET /files/([^/]+)": "file",
    "GET /files/(.+)/content": "content",
    "POST /fine_tuning/jobs": "create_job",
    "GET /fine_tuning/jobs": "list_jobs",
    "GET /fine_tuning/jobs/([^/]+)": "job",
    "GET /fine_tuning/jobs/([^/]+)/events": "events",
    "GET /fine_tuning/jobs/([^/]+)/checkpoints": "checkpoints",
    "POST /fine_tuning/jobs/([^/]+)/cancel": "cancel",
    "POST /chat/completions": "chat",
}
ENDS_WELL = ("validating_files", "queued", "running", "succeeded")


class FakeOpenAI:
    """`life` is what a job goes through, a status for each look at it; `error` is why it fails, if it does."""

    def __init__(self, models=(MINI, "gpt-6-luna"), life=ENDS_WELL, error=None):
        self.models = {name: model(name, "system") for name in models}
        self.files, self.jobs, self.contents, self.looks = {}, {}, {}, {}
        self.life, self.error, self.new_status = life, error, "processed"
        self.told = {"total_steps": 3}  # with the measures of a step; Microsoft Foundry does not tell it
        self.bodies, self.answers_billed = [], 0  # what jobs were asked for; how many answers were given

    def answer(self, line: str, body: bytes, kind: str):
        """What the service answers to a request ("GET /models"): an object, bytes, or a Refusal."""
        for pattern, name in ROUTES.items():
            if found := re.fullmatch(pattern, line):
                return getattr(self, name)(*found.groups(), body=body, kind=kind)
        return Refusal(404, None, f"Invalid URL ({line})")

    def list_models(self, **_):
        return page(self.models.values())

    def model(self, name, **_):
        return self.models.get(name) or Refusal(404, "model_not_found", f"The model `{name}` does not exist.")

    def list_files(self, **_):
        return page(self.files.values())

    def upload(self, body, kind):
        boundary = kind.split("boundary=")[1].encode()
        part = next(part for part in body.split(b"--" + boundary) if b'filename="' in part)
        head, content = part.split(b"\r\n\r\n", 1)
        [name] = re.findall(rb'filename="([^"]*)"', head)
        return self.add_file(name.decode(), content.removesuffix(b"\r\n"))

    def add_file(self, name, content, purpose="fine-tune"):
        id = f"file-{len(self.contents)}"
        self.contents[id] = content
        self.files[id] = {
            "id": id,
            "object": "file",
            "bytes": len(content),
            "created_at": 1,
            "filename": name,
            "purpose": purpose,
            "status": self.new_status,
        }
        return self.files[id]

    def file(self, id, **_):
        return self.files.get(id) or Refusal(404, None, f"No such File object: {id}")

    def content(self, id, **_):
        return self.contents[id]

    def delete(self, what, id, **_):
        gone = getattr(self, what).pop(id, None)
        return {"id": id, "object": what[:-1], "deleted": True} if gone else Refusal(404, None, f"No such object: {id}")

    def create_job(self, body, **_):
        asked = json.loads(body)
        self.bodies.append(asked)
        id = f"ftjob-{len(self.jobs)}"
        self.jobs[id] = {
            "id": id,
            "object": "fine_tuning.job",
            "created_at": int(time.time()),
            "finished_at": None,
            "seed": 1,
            "model": asked["model"],
            "fine_tuned_model": None,
            "organization_id": "org-1",
            "result_files": [],
            "validation_file": asked.get("validation_file"),
            "training_file": asked["training_file"],
            "error": {},
            "hyperparameters": {"n_epochs": 3},
            "trained_tokens": None,
            "metadata": asked.get("metadata"),
            "status": self.life[0],
        }
        self.looks[id] = iter(self.life)
        return self.jobs[id]

    def list_jobs(self, **_):
        return page(reversed(self.jobs.values()))

    def job(self, id, **_):
        job = self.jobs[id]
        job["status"] = next(self.looks[id], job["status"])
        if job["status"] == "succeeded" and not job["fine_tuned_model"]:
            job["fine_tuned_model"] = f"ft:{job['model']}:org::{id}"
            self.models[job["fine_tuned_model"]] = model(job["fine_tuned_model"], "org")
        if job["status"] == "failed":
            job["error"] = self.error
        return job

    def cancel(self, id, **_):
        self.looks[id] = iter(())
        self.jobs[id]["status"] = "cancelled"
        return self.jobs[id]

    def events(self, id, **_):
        begun = self.jobs[id]["status"] in ("running", "succeeded")
        data = {"step": 3, "train_loss": 0.5, "train_mean_token_accuracy": 0.9} | self.told
        event = {
            "id": "ftevent-1",
            "object": "fine_tuning.job.event",
            "created_at": 1,
            "level": "info",
            "type": "metrics",
            "message": "Step 3/3: training loss=0.50",
            "data": data,
        }
        return page([event] if begun else [])

    def checkpoints(self, id, **_):
        return page([])

    def chat(self, body, **_):
        model = json.loads(body)["model"]
        if model not in self.models:
            return self.model(model)
        self.answers_billed += 1
        said = {"role": "assistant", "content": "Two years.", "refusal": None}
        choice = {"index": 0, "message": said, "finish_reason": "stop", "logprobs": None}
        usage = {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12}
        shape = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1}
        return shape | {"model": model, "choices": [choice], "usage": usage}


def model(name: str, owner: str) -> dict:
    return {"id": name, "object": "model", "created": 1, "owned_by": owner}


def page(objects) -> dict:
    return {"object": "list", "data": list(objects), "has_more": False}
