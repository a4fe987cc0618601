"""OpenAI as lessons 2 to 6 need it, on a bad day if ordered, in an account that holds more than the course."""

import json
import time

from .fake_openai import Refusal, page
from .faulty_server import FaultyServer

ORGANIZATION = "org-" + "A1b2" * 6
PROJECT = "proj_" + "C3d4" * 6
SLUG = "acme-europe"
PRIVATE = "payroll"  # in the name of each file, job and model that was there before
STEPS = 6


class CourseOpenAI(FaultyServer):
    """Errors, events, checkpoints and result files as OpenAI's; other things of the account are in its lists."""

    def __init__(self, **more):
        super().__init__(**more)
        self.add_file(f"{PRIVATE}.jsonl", b"{}\n")
        theirs = self.create_job(json.dumps({"model": "gpt-4.1", "training_file": "file-0"}).encode())
        theirs |= {"status": "succeeded", "fine_tuned_model": f"ft:gpt-4.1:{SLUG}:{PRIVATE}:1", "metadata": None}
        self.models[theirs["fine_tuned_model"]] = {
            "id": theirs["fine_tuned_model"],
            "object": "model",
            "created": 1,
            "owned_by": SLUG,
        }

    def upload(self, body, kind):
        answer = super().upload(body, kind)
        if not answer["filename"].endswith(".jsonl"):
            del self.files[answer["id"]]
            return Refusal(400, None, f"Invalid file format {answer['filename']} for fine-tuning. Must be .jsonl")
        return answer

    def create_job(self, body, **_):
        job = super().create_job(body)
        job["organization_id"] = ORGANIZATION
        if len(self.contents[job["training_file"]].splitlines()) < 10:
            self.looks[job["id"]] = iter(())
            code = {"code": "invalid_n_examples", "message": "Training file has 7 example(s)", "param": "training_file"}
            job |= {"status": "failed", "error": code}
        return job

    def job(self, id, **_):
        job = super().job(id)
        if job["status"] == "succeeded" and not job["result_files"]:
            name = f"ft:{job['model']}:{SLUG}:t1000:{id}"
            self.models[name] = self.models.pop(job["fine_tuned_model"]) | {"id": name, "owned_by": SLUG}
            table = "step,train_loss,valid_loss\n" + "".join(f"{step},{1 / step},\n" for step in range(1, STEPS + 1))
            results = self.add_file("step_metrics.csv", table.encode(), "fine-tune-results")
            ended = int(time.time())
            job |= {"fine_tuned_model": name, "result_files": [results["id"]], "finished_at": ended}
            job |= {"trained_tokens": 5_000, "hyperparameters": {"n_epochs": 4, "batch_size": 8}}
        return job

    def events(self, id, **_):
        job = self.jobs[id]
        if job["status"] not in ("running", "succeeded"):
            return page([])
        told = [self._event(step, "metrics", f"Step {step}/{STEPS}: training loss=0.5") for step in range(1, STEPS + 1)]
        told.append(self._event(STEPS + 1, "message", f"New fine-tuned model created: {job['fine_tuned_model']}"))
        return page(told[::-1])

    def _event(self, step, kind, message):
        data = {"step": step, "train_loss": 1 / step, "train_mean_token_accuracy": 0.9, "total_steps": STEPS}
        data |= {"full_valid_loss": 2 / step, "full_valid_mean_token_accuracy": 0.8}
        shape = {"id": f"ftevent-{step}", "object": "fine_tuning.job.event", "created_at": int(time.time())}
        return shape | {"level": "info", "type": kind, "message": message, "data": data if kind == "metrics" else None}

    def checkpoints(self, id, **_):
        name = f"{self.jobs[id]['fine_tuned_model']}:ckpt-step-3"
        metrics = {"step": 3, "full_valid_loss": 0.7, "train_loss": 0.4}
        shape = {"id": "ftckpt-1", "object": "fine_tuning.job.checkpoint", "created_at": 1, "step_number": 3}
        return page([shape | {"fine_tuned_model_checkpoint": name, "fine_tuning_job_id": id, "metrics": metrics}])
