"""A program written for OpenAI alone: upload, train, poll, ask, stream; then once more without blocking.

It knows nothing of this course. `tests/train_a_few_steps.py` runs it against the local server; nothing is changed
but the two variables of its environment.
"""

import asyncio
import json
import sys
import time

import openai


def main(model: str, path: str) -> None:
    client = openai.OpenAI()
    with open(path, "rb") as examples:
        file = client.files.create(file=examples, purpose="fine-tune")
    epochs = 2
    job = client.fine_tuning.jobs.create(
        model=model,
        training_file=file.id,
        seed=1,
        suffix="few steps",
        method={
            "type": "supervised",
            "supervised": {"hyperparameters": {"n_epochs": epochs, "batch_size": 4, "learning_rate_multiplier": 2}},
        },
    )
    while job.status not in ("succeeded", "failed", "cancelled"):
        time.sleep(1)
        job = client.fine_tuning.jobs.retrieve(job.id)
    assert job.status == "succeeded" and job.fine_tuned_model and job.result_files, job.error

    events = list(client.fine_tuning.jobs.list_events(job.id, limit=3))
    losses = [event.data["train_loss"] for event in events if isinstance(event.data, dict) and event.type == "metrics"]
    losses.reverse()
    assert job.hyperparameters.n_epochs == epochs and len(losses) == epochs * 3 and losses[-1] < losses[0], losses
    saved = client.fine_tuning.jobs.checkpoints.list(job.id).data
    table = client.files.content(job.result_files[0]).text.splitlines()
    assert len(saved) == 2 and len(table) == len(losses) + 1

    ask = {
        "model": job.fine_tuned_model,
        "temperature": 0,
        "max_completion_tokens": 20,
        "messages": [{"role": "user", "content": "How do I wash the filter?"}],
    }
    whole = client.chat.completions.create(**ask).choices[0].message.content
    chunks = client.chat.completions.create(**ask, stream=True)
    streamed = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert streamed == whole == asyncio.run(without_blocking(ask)), (streamed, whole)
    with_responses = client.responses.create(
        model=job.fine_tuned_model, input="How do I wash the filter?", temperature=0, max_output_tokens=20
    )
    assert with_responses.output_text == whole
    print(json.dumps({"openai": openai.__version__, "first loss": losses[0], "last loss": losses[-1], "answer": whole}))


async def without_blocking(ask: dict) -> str:
    async with openai.AsyncOpenAI() as client:
        assert [job async for job in client.fine_tuning.jobs.list(limit=1)]
        chunks = await client.chat.completions.create(**ask, stream=True)
        return "".join([chunk.choices[0].delta.content or "" async for chunk in chunks])


if __name__ == "__main__":
    main(*sys.argv[1:])
