"""What the server and the process that speaks to Ray tell each other. A run is one attempt to train a job."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from .changes import Change
from .parcel import Content, Parcel

if TYPE_CHECKING:  # it needs torch, which takes seconds to load
    from ..inference.answer import Answer
    from ..protocol.sampling_params import Sampling


class Resources(NamedTuple):
    """What each job, and each replica of the model, takes of its node."""

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
class Deploy:
    """To Ray: start so many replicas of the model, in place of those that bear the same `name`."""

    name: str
    base_model: str
    replicas: int


@dataclass
class Weights:
    """To Ray: the files of a tuned model's adapters, before it is asked; None once others were asked more lately."""

    model: str
    files: Content | None


@dataclass
class Ask:
    """To Ray: have a replica answer. The fields are those of a `Prompt`, the constraint as its grammar."""

    number: int
    model: str
    ids: list[int]
    sampling: "Sampling"
    n: int
    stream: bool
    grammar: str | None


@dataclass
class HangUp:
    """To Ray: nobody waits for these answers any more."""

    number: int


@dataclass
class Said:
    """To the server: an answer, or an error that ends them; a text is why no replica answers."""

    number: int
    answer: "Answer | Exception | str"


@dataclass
class News:
    """To the server, of a run or of the connection, also when that is there again.

    `why` is a reason, a sentence for the job's error, or a node.
    """

    what: Literal["connected", "unreachable", "disconnected", "begun", "change", "ended", "lost", "failed"]
    run: int = 0
    why: str = ""
    change: Change | None = None


Order = Train | Tell | Deploy | Weights | Ask | HangUp
