"""What a training measures at a step."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """What was measured at one optimizer step, by the method's names of its measures.

    Losses are in nats, per learned token or per pair; accuracies are from 0 to 1.
    `train` is of the step's batch, `valid` of a sample of the validation file, `full_valid` of all of it; these two
    are empty where nothing was measured.
    """

    step: int
    total_steps: int
    train: dict[str, float]
    valid: dict[str, float]
    full_valid: dict[str, float]
    epoch_ended: int | None = None

    def metrics(self) -> dict[str, float]:
        """All measures under the names that the API shows, for instance `full_valid_loss`."""
        parts = {"train": self.train, "valid": self.valid, "full_valid": self.full_valid}
        return {f"{part}_{name}": round(value, 5) for part, means in parts.items() for name, value in means.items()}
