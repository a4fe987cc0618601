"""What loss curves look like when a training goes wrong: two on purpose, one that overfits and one that diverges.

The first reads a handful of tickets again and again: its training loss falls to nothing, and its validation loss turns.
The second takes steps forty times as large as those of lesson 3. The third curve of lesson 4's figure, the one of a
training that learns, is lesson 3's own.

On 2 cores the first takes about 6 minutes, the second less than 2. A training is kept as soon as it is there.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from openai import OpenAI

from helpers import progress, training_data
from helpers.t1000 import desk_files

from ..training_runs import ended
from .experiment import BATCH_SIZE, LEARNING_RATE_MULTIPLIER, Experiment

SEED = 42
VALIDATION = 40  # tickets: enough to see a curve turn, few enough to be read after every epoch
DIVERGED = "training_diverged"  # the error of a job whose loss is NaN or infinite


@dataclass(frozen=True)
class Shape:
    """One training: what its curve shall show, and the settings that make it so."""

    name: str
    examples: int
    n_epochs: int
    learning_rate_multiplier: float


def measure(client: OpenAI, base_model: str, shape: Shape) -> dict:
    """The settings; the training loss of each step, and the loss on all validation tickets after each epoch, by step.

    Raises RuntimeError if the job fails for another reason than that it diverged.
    """
    examples, validation = (desk_files.load_tickets(part)[0] for part in ("train", "validation"))
    settings = {
        "n_epochs": shape.n_epochs,
        "batch_size": BATCH_SIZE,
        "learning_rate_multiplier": shape.learning_rate_multiplier,
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "validation.jsonl"
        training_data.write_jsonl(path, validation[:VALIDATION])
        job = ended(client, base_model, examples[: shape.examples], settings, SEED, path)
    if job.status != "succeeded" and not (job.error and job.error.code == DIVERGED):
        raise RuntimeError(f"{shape.name} {job.status}: {job.error and job.error.message}")
    curve = progress.loss_curve(progress.events(client, job.id))
    after_epochs = curve.full_valid_loss.dropna() if "full_valid_loss" in curve else {}
    return (
        {"shape": shape.name, "examples": shape.examples, "validation": len(validation[:VALIDATION]), "seed": SEED}
        | settings
        | {"status": job.status, "train_loss": curve.train_loss.tolist()}
        | {"valid_loss": {str(step): loss for step, loss in after_epochs.items()}}
    )


LOSS_SHAPES = Experiment(
    ("desk/en/train.jsonl", "desk/en/validation*.jsonl"),
    [Shape("overfitting", 24, 20, LEARNING_RATE_MULTIPLIER), Shape("diverging", 200, 1, 40 * LEARNING_RATE_MULTIPLIER)],
    measure,
)
