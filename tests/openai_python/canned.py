"""What the names in openai-python's own tests stand for: objects of the server that the requests can be about."""

import hashlib
import json
import time

from openai import OpenAI
from openai.types.fine_tuning import FineTuningJob

from ..local_server import finished, lines, supervised, until, upload

TRAIN_SECONDS = 600  # the first training waits until torch is imported
PART = b"Example data"
KEPT_CHECKPOINT = "ft:gpt-4o-mini-2024-07-18:org:weather:B7R9VjQd"
JOB_OR_MODEL = "ft-AF1WoRqd3aJAHsqc9NY7iL8F"


class Canned:
    """Real values for canned ones; an object that the request ends or changes is made for it alone."""

    def __init__(self, api: OpenAI, model: str):
        self.api, self.model = api, model
        self.file = upload(api, lines(10))
        self.job = self.trained(n_epochs=2, metadata={"foo": "string"})  # it has a checkpoint
        self.tuned = self.job.fine_tuned_model or ""
        self.requests = self.batch_file(1)
        self.batch = self.new_batch(self.requests)
        self.permission()
        self.upload_parts: list[str] = []

    def in_path(self, name: str, method: str, path: str) -> str:
        """The real value of a part of a path, which may be no canned one."""
        action = path.rsplit("/", 1)[1]
        match name:
            case "file_id":
                return upload(self.api, lines(10)) if method == "DELETE" else self.file
            case "batch_id":
                return self.new_batch(self.batch_file(500)) if action == "cancel" else self.batch
            case "upload_abc123":
                return self.upload(with_part=action == "complete")
            case "gpt-6-astra":
                return self.model
            case "ft:gpt-4o-mini:acemeco:suffix:abc123":
                return self.trained().fine_tuned_model or ""
            case "cp_zc4Q7MP6XxulcVzj4MZdwsAB":
                return self.permission()
            case _ if name == KEPT_CHECKPOINT or (name == JOB_OR_MODEL and "/permissions" in path):
                return self.tuned
            case _ if name == JOB_OR_MODEL:
                return self.running(paused=action == "resume") if method == "POST" else self.job.id
        return name

    def in_body(self, body, path: str):
        """The body with real values. Numbers that nothing can come of are canned, too."""
        if path.endswith("/fine_tuning/jobs"):
            swaps = {"gpt-4o-mini": self.model, "file-abc123": self.file}
        elif path.endswith("/complete"):
            swaps = {"md5": hashlib.md5(PART).hexdigest()}
            body = body | {"part_ids": self.upload_parts}
        else:
            swaps = {"input_file_id": self.requests}
        body = {name: swaps.get(value, value) if isinstance(value, str) else value for name, value in body.items()}
        return body | {"bytes": len(PART)} if body.get("bytes") == 0 else body

    def in_query(self, query: dict[str, str], path: str) -> dict[str, str]:
        if query.get("purpose") == "purpose":
            query = query | {"purpose": "fine-tune"}
        if query.get("after") == "after":
            asked = {name: value for name, value in query.items() if name not in ("after", "limit")}
            listed = self.api.get(path.removeprefix("/v1"), cast_to=object, options={"params": asked})
            assert isinstance(listed, dict)
            query = query | {"after": listed["data"][0]["id"]}
        return query

    def trained(self, n_epochs: int = 1, **more) -> FineTuningJob:
        method = supervised(n_epochs=n_epochs, batch_size=10)
        job = self.api.fine_tuning.jobs.create(model=self.model, training_file=self.file, method=method, **more)
        return finished(self.api, job, TRAIN_SECONDS)

    def running(self, paused: bool) -> str:
        """The id of a job that has not ended."""
        method = supervised(n_epochs=50, batch_size=1)
        job = self.api.fine_tuning.jobs.create(model=self.model, training_file=self.file, method=method)
        if paused:
            job = self.api.fine_tuning.jobs.pause(job.id)
            until(self.api, job, lambda job: job.status == "paused")
        return job.id

    def batch_file(self, n: int) -> str:
        """The id of a file of n requests."""
        body = {"model": self.model, "input": "hello", "max_output_tokens": 16}
        request = {"method": "POST", "url": "/v1/responses", "body": body}
        content = "\n".join(json.dumps(request | {"custom_id": f"{i}"}) for i in range(n))
        return self.api.files.create(file=("requests.jsonl", content.encode()), purpose="batch").id

    def new_batch(self, file: str) -> str:
        return self.api.batches.create(completion_window="24h", endpoint="/v1/responses", input_file_id=file).id

    def upload(self, with_part: bool) -> str:
        made = self.api.uploads.create(
            bytes=len(PART), filename="filename", mime_type="text/plain", purpose="assistants"
        )
        if with_part:
            self.upload_parts = [self.api.uploads.parts.create(upload_id=made.id, data=PART).id]
        return made.id

    def permission(self) -> str:
        """The id of a permission of the kept model."""
        path = f"/fine_tuning/checkpoints/{self.tuned}/permissions"  # the SDK's own method wants an admin's key
        made = self.api.post(path, cast_to=object, body={"project_ids": ["project_id", f"project-{time.time_ns()}"]})
        assert isinstance(made, dict)
        return made["data"][-1]["id"]
