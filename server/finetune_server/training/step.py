"""What a training measures at a step."""

from dataclasses import dataclass
from typing import Protocol


class AnyStep(Protocol):
    """What a training tells of a step, whatever its method."""

    @property
    def step(self) -> int: ...

    @property
    def tokens(self) -> int:
        """How many tokens were learned from."""
        ...

    def metrics(self) -> dict[str, float]:
        """The measures, as a checkpoint shows them."""
        ...

    def data(self) -> dict:
        """The data of the step's event."""
        ...

    def message(self) -> str:
        """The words of the step's event."""
        ...


@dataclass(frozen=True)
class Step:
    """What was measured at one optimizer step, by the method's names of its measures.

    Losses are in nats, per learned token or per pair; accuracies are from 0 to 1.
    `train` is of the step's batch, `valid` of a sample of the validation file, `full_valid` of all of it; these two
    are empty where nothing was measured.
    """

    step: int
    total_steps: int
    tokens: int  # of the batch
    train: dict[str, float]
    valid: dict[str, float]
    full_valid: dict[str, float]
    epoch_ended: int | None = None

    def metrics(self) -> dict[str, float]:
        """All measures under the names that the API shows, for instance `full_valid_loss`."""
        parts = {"train": self.train, "valid": self.valid, "full_valid": self.full_valid}
        return {f"{part}_{name}": round(value, 5) for part, means in parts.items() for name, value in means.items()}

    def data(self) -> dict:
        """The data of the step's event."""
        return {"step": self.step, "total_steps": self.total_steps, **self.metrics()}

    def message(self) -> str:
        """The words of the step's event."""
        words = f"Step {self.step}/{self.total_steps}: training loss={self.train['loss']:.2f}"
        for measured, name in ((self.valid, "validation loss"), (self.full_valid, "full validation loss")):
            if measured:
                words += f", {name}={measured['loss']:.2f}"
        return words
