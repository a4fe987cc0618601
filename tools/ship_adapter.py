"""Ship the trained model: the adapter of lesson 3's job goes from the recorder's server into data/adapter.

python -m tools.ship_adapter

Its weights become float16, which halves them. Then a server takes the folder in, as a reader's does, and answers the
desk's test tickets: what the card says was measured on what is shipped.
"""

import hashlib
import json
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import openai
from openai import OpenAI
from openai.types.fine_tuning import FineTuningJob
from safetensors import numpy as safetensors

from helpers import compare, conversation, shipped_model, stats
from helpers.backends.backend import BackendError, Connection
from helpers.paths import ADAPTER, DESK, ROOT, write_atomic
from helpers.replay.tape import file_sha256
from helpers.t1000 import desk_files, desk_grading, lesson3

from .live_server import live_backend, local_server
from .model_card import HUB, card
from .provenance import what_answered

CONFIG, WEIGHTS, CARD, PROVENANCE = "adapter_config.json", "adapter_model.safetensors", "README.md", "provenance.json"
DATA = DESK / "en"


class NotShipped(RuntimeError):
    """Nothing was shipped; the message says what to do."""


def export(connection: Connection, folder: Path) -> dict:
    """Write the adapter of lesson 3's job into the folder, and return where it comes from.

    Raises NotShipped if the job was trained on other files than those of today, LookupError if there is no such job.
    """
    backend = connection.backend
    client = OpenAI(base_url=backend.base_url, api_key=connection.key)
    job = lesson3.find_job(client, backend.base_model)
    files = {DATA / "train.jsonl": job.training_file, DATA / "validation.jsonl": job.validation_file}
    trained_on = {path: _checked_sha256(client, path, file) for path, file in files.items()}
    folder.mkdir(parents=True, exist_ok=True)
    config, weights = (
        client.get(f"/models/{job.fine_tuned_model}/adapter/{file}", cast_to=openai.HttpxBinaryResponseContent).content
        for file in (CONFIG, WEIGHTS)
    )
    config = json.loads(config)
    config["base_model_name_or_path"] = HUB.get(backend.base_model, backend.base_model)  # it was a path
    weights = safetensors.load(weights)
    write_atomic(folder / CONFIG, (json.dumps(config, indent=2) + "\n").encode())
    write_atomic(folder / WEIGHTS, safetensors.save({name: w.astype(np.float16) for name, w in weights.items()}))
    return {
        **what_answered(connection, datetime.fromtimestamp(job.created_at, UTC)),
        "data": {path.relative_to(ROOT).as_posix(): digest for path, digest in trained_on.items()},
        "job": _settings(job) | {"rank": config["r"], "layers": sorted(config["target_modules"])},
        "weights": {
            "sha256": file_sha256(folder / WEIGHTS),
            "count": sum(weight.size for weight in weights.values()),
            "bytes": (folder / WEIGHTS).stat().st_size,
        },
    }


def _checked_sha256(client: OpenAI, path: Path, file_id: str | None) -> str:
    """The digest of a file of today. Raises NotShipped unless the file at the server is the same."""
    digest = file_sha256(path)
    if not file_id or hashlib.sha256(client.files.content(file_id).content).hexdigest() != digest:
        raise NotShipped(
            f"Lesson 3's job was made with another file than {path.name} of today. Record lessons 1 to 3 again first."
        )
    return digest


def _settings(job: FineTuningJob) -> dict:
    assert job.finished_at  # it has succeeded
    return {
        "id": job.id,
        "hyperparameters": job.hyperparameters.to_dict(),
        "seed": job.seed,
        "trained_tokens": job.trained_tokens,
        "seconds": job.finished_at - job.created_at,
    }


def measure(connection: Connection, examples: list[dict], truths: list[dict]) -> dict:
    """How many of these tickets the one tuned model answers entirely right, and the exact 95 % interval of the rate."""
    client = OpenAI(base_url=connection.backend.base_url, api_key=connection.key)
    [model] = [one.id for one in client.models.list() if one.id != connection.backend.base_model]
    answers = compare.ask_all(
        client, model, desk_files.prompts_of(examples), max_tokens=conversation.ANSWER_TOKENS
    ).answer
    right = int(desk_grading.grade(list(answers), examples, truths).right.sum())
    return {"right": right, "of": len(examples), "interval": list(stats.exact_interval(right, len(examples)))}


def ship() -> dict:
    """Export, measure, and put everything into ADAPTER at the end: what lies there fits together.

    Returns the provenance. Raises what `export` raises, BackendError, and openai.APIError.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "adapter"
        with live_backend(fresh=False) as connection:
            about = export(connection, folder)
        adapter = ("--adapter", f"{shipped_model.SUFFIX}={folder}")
        with local_server(Path(scratch) / "store", os.environ.get("COURSE_BASE_MODEL"), *adapter) as connection:
            about["measured"] = measure(connection, *desk_files.load_tickets("test"))
        ADAPTER.mkdir(exist_ok=True)
        for file in (CONFIG, WEIGHTS):
            write_atomic(ADAPTER / file, (folder / file).read_bytes())
    write_atomic(ADAPTER / PROVENANCE, (json.dumps(about, indent=2) + "\n").encode())
    write_atomic(ADAPTER / CARD, card(about).encode())
    return about


def main() -> None:
    try:
        about = ship()
    except (BackendError, NotShipped, LookupError, openai.APIError) as error:
        sys.exit(str(error))
    measured = about["measured"]
    print(
        f"{ADAPTER}: {about['weights']['bytes']:,} bytes, {measured['right']} of {measured['of']} test tickets right."
    )


if __name__ == "__main__":
    main()
