"""Resume a training after a pause or a crash: save and restore all that the next step depends on, in one file.

Tensors are kept as safetensors and the rest as JSON in its header, so nothing is unpickled.
No state of a random generator is saved: each step seeds anew from the job's seed and its own number.
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from safetensors import safe_open
from safetensors.torch import save

from ..store.content import write_atomic
from .dpo import Pair

if TYPE_CHECKING:
    from .trainer import Training


@dataclass(frozen=True)
class State:
    """A training after `step` steps: its adapters, its optimizer's moments by parameter, its schedule.

    `in_half` says whether its matrices multiply in bfloat16, or None in a state that was saved before this was kept.
    `references` has shape (pairs, 2): those of the training file, then those of the validation file.
    """

    step: int
    in_half: bool | None
    adapters: dict[str, torch.Tensor]
    moments: dict[int, dict[str, torch.Tensor]]
    groups: list[dict]
    schedule: dict
    references: torch.Tensor


def save_state(training: "Training", path: Path) -> None:
    """Write the file atomically: a failure leaves the one that is there."""
    optimizer = training.optimizer.state_dict()
    tensors = {f"adapter {name}": p.detach() for name, p in adapters(training)}
    for index, moments in optimizer["state"].items():
        tensors |= {f"moment {index} {name}": tensor for name, tensor in moments.items()}
    tensors["references of pairs"] = _stacked(references(training))
    rest = {
        "step": training.step,
        "in_half": training.in_half,
        "groups": optimizer["param_groups"],
        "schedule": training.schedule.state_dict(),
    }
    write_atomic(path, save(tensors, metadata={"rest": json.dumps(rest)}))


def read_state(path: Path) -> State:
    """Raises SafetensorError, KeyError or ValueError if the file is not what `save_state` wrote."""
    found, moments, measured = {}, defaultdict(dict), _stacked([])
    with safe_open(path, "pt") as file:
        rest = json.loads(file.metadata()["rest"])
        for key in file.keys():  # noqa: SIM118 (a file is not a dict)
            kind, name = key.split(" ", 1)
            tensor = file.get_tensor(key).clone()  # Windows cannot replace a file that is still mapped
            if kind == "adapter":
                found[name] = tensor
            elif kind == "references":
                measured = tensor
            else:
                index, name = name.split(" ")
                moments[int(index)][name] = tensor
    step, in_half = rest["step"], rest.get("in_half")
    return State(step, in_half, found, dict(moments), rest["groups"], rest["schedule"], measured)


def fits(training: "Training", state: State) -> bool:
    """Whether the state is one of this training: the same adapters, moments of their shapes, and as many pairs."""
    shapes = {name: p.shape for name, p in adapters(training)}
    by_index = list(shapes.values())
    moments_fit = all(
        0 <= index < len(by_index) and all(t.ndim == 0 or t.shape == by_index[index] for t in moments.values())
        for index, moments in state.moments.items()
    )
    adapters_fit = {name: tensor.shape for name, tensor in state.adapters.items()} == shapes
    return adapters_fit and moments_fit and state.references.shape == (len(references(training)), 2)


@torch.no_grad()
def restore(training: "Training", state: State) -> None:
    """Set the training to the state, which must fit it."""
    for name, parameter in adapters(training):
        parameter.copy_(state.adapters[name])
    training.optimizer.load_state_dict({"state": state.moments, "param_groups": state.groups})
    training.schedule.load_state_dict(state.schedule)
    for reference, saved in zip(references(training), state.references, strict=True):
        reference.copy_(saved)
    training.step = state.step


def adapters(training: "Training") -> list[tuple[str, torch.nn.Parameter]]:
    """The parameters that are trained, by name."""
    return [(name, p) for name, p in training.model.named_parameters() if p.requires_grad]


def references(training: "Training") -> list[torch.Tensor]:
    """The log-probabilities under the reference, pair by pair; none where the method has no pairs."""
    return [item.reference for item in (*training.examples, *training.validation) if isinstance(item, Pair)]


def _stacked(references: list[torch.Tensor]) -> torch.Tensor:
    return torch.stack(references) if references else torch.empty(0, 2)
