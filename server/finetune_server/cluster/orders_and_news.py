"""What the server and the process that speaks to Ray tell each other. A run is one attempt to train a job."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from .changes import Change
from .parcel import Parcel


class Resources(NamedTuple):
    """What each job takes of its node."""

    cpus: float
    gpus: float


@dataclass
class Train:
    """To Ray: train this job."""

    run: int
    parcel: Parcel


@dataclass
class Tell:
    """To Ray: the job of this run has another status on the server."""

    run: int
    status: str


@dataclass
class News:
    """To the server, of a run or of the connection. `why` is a reason, a sentence for the job's error, or a node."""

    what: Literal["connected", "unreachable", "disconnected", "begun", "change", "ended", "lost", "failed"]
    run: int = 0
    why: str = ""
    change: Change | None = None
