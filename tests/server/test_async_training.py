"""All three methods of training through the async client."""

import asyncio
import json
from typing import Any

import openai
import pytest

from ..local_server import FINAL, dpo, lines, pairs, supervised

GRADER = {
    "type": "string_check",
    "name": "same",
    "operation": "like",
    "input": "{{sample.output_text}}",
    "reference": "{{item.letter}}",
}
REWARDED = {"eval_interval": 4, "compute_multiplier": 0.25, "n_epochs": 1, "batch_size": 5}
METHODS: dict[str, tuple[bytes, Any]] = {
    "supervised": (lines(10), supervised(n_epochs=1)),
    "dpo": (pairs(10), dpo(n_epochs=1)),
    "reinforcement": (
        b"".join(
            json.dumps({"messages": [{"role": "user", "content": f"question {i}"}], "letter": "a"}).encode() + b"\n"
            for i in range(10)
        ),
        {"type": "reinforcement", "reinforcement": {"grader": GRADER, "hyperparameters": REWARDED}},
    ),
}


async def trained(address: str, content: bytes, method: Any):
    """The job when it has ended, and how many events it has."""
    async with openai.AsyncOpenAI(base_url=address, api_key="none", max_retries=0) as client:
        file = await client.files.create(file=("train.jsonl", content), purpose="fine-tune")
        validation: Any = {"validation_file": file.id} if method["type"] == "reinforcement" else {}
        job = await client.fine_tuning.jobs.create(model="tiny", training_file=file.id, method=method, **validation)
        async with asyncio.timeout(600):
            while job.status not in FINAL:
                await asyncio.sleep(0.1)
                job = await client.fine_tuning.jobs.retrieve(job.id)
        return job, [event async for event in client.fine_tuning.jobs.list_events(job.id, limit=2)]


@pytest.mark.parametrize("method", METHODS)
def test_a_method_trains_through_the_async_client(api, monkeypatch, method):
    from finetune_server.training import reward_training

    monkeypatch.setattr(reward_training, "ANSWER_TOKENS", 8)
    job, told = asyncio.run(trained(str(api.base_url), *METHODS[method]))
    assert job.status == "succeeded" and job.method and job.method.type == method and job.fine_tuned_model
    assert len(told) > 5 and any(event.type == "metrics" for event in told)
