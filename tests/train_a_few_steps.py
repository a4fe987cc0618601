"""Train the course's model for a few steps, through `openai`, and ask it: python -m tests.train_a_few_steps"""

import tempfile
import time
from pathlib import Path

from openai import OpenAI

from helpers import jobs
from helpers.paths import DATA
from helpers.replay.places import local_server


def main() -> None:
    with tempfile.TemporaryDirectory() as store, local_server(Path(store)) as (address, about):
        client = OpenAI(base_url=f"{address}/v1", api_key="local")
        examples = (DATA / "en" / "train.jsonl").read_bytes().splitlines(keepends=True)[:12]
        file = client.files.create(file=("few.jsonl", b"".join(examples)), purpose="fine-tune")
        settings = {"n_epochs": 2, "batch_size": 4, "learning_rate_multiplier": 2}
        started = time.monotonic()
        job = client.fine_tuning.jobs.create(
            model=about["base_model"], training_file=file.id, seed=1,
            method={"type": "supervised", "supervised": {"hyperparameters": settings}},
        )  # fmt: skip
        while job.status not in jobs.FINAL:
            time.sleep(1)
            job = client.fine_tuning.jobs.retrieve(job.id)
        curve = jobs.loss_curve(jobs.events(client, job.id))
        print(f"{about['base_model']}: {job.status}, {len(curve)} steps in {time.monotonic() - started:.0f} s, "
              f"loss {curve.train_loss.iloc[0]:.2f} -> {curve.train_loss.iloc[-1]:.2f}")  # fmt: skip
        assert job.status == "succeeded" and curve.train_loss.iloc[-1] < curve.train_loss.iloc[0]
        reply = client.chat.completions.create(
            model=job.fine_tuned_model, messages=[{"role": "user", "content": "How do I wash the filter?"}],
            temperature=0, max_completion_tokens=40,
        )  # fmt: skip
        print("it says:", reply.choices[0].message.content)


if __name__ == "__main__":
    main()
