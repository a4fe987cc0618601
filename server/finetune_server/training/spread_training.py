"""A training whose base model is spread over several devices of one machine, by torch's FSDP2.

Only frozen weights are spread: each process holds its share, and a layer's are gathered while it computes. Adapters
are whole in each process, so that they are trained, saved and restored as ever.
"""

from collections.abc import Iterator
from pathlib import Path

import torch
import torch.distributed
from peft import PeftMixedModel, PeftModel
from torch.distributed.device_mesh import DeviceMesh
from torch.distributed.fsdp import fully_shard
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from .trainer import Training


class SpreadTraining(Training):
    """One process's part of a training. The processes of the mesh compute together: each does all that the others do.

    What they learn and measure is what one process would, up to rounding.
    """

    def __init__(self, mesh: DeviceMesh, *arguments):
        """The other `arguments` are those of `Training`."""
        self._mesh = mesh
        super().__init__(*arguments)

    def _load(self, folder: Path, device: str, start: Path | None) -> PeftModel | PeftMixedModel:
        model = super()._load(folder, "cpu", start)  # no device has room for all of it
        del self._base
        spread(model, self._mesh, device)
        return model

    def _means(self, parts: list[tuple[list, float]]) -> dict[str, float]:
        """As ever, but each process passes only some of the parts; then gradients and means are summed up."""
        own = parts[self._mesh.get_local_rank() :: self._mesh.size()]
        passes = -(-len(parts) // self._mesh.size())
        own += [(part, 0.0) for part, _ in parts[: passes - len(own)]]  # weights are gathered by all, or by none
        means = super()._means(own)
        if parts and torch.is_grad_enabled():
            self._sum_gradients()
        values = torch.tensor([*means.values()], dtype=torch.float64, device=self._device)
        torch.distributed.all_reduce(values, group=self._mesh.get_group())
        return dict(zip(means, values.tolist(), strict=True))

    def _sum_gradients(self) -> None:
        trained = [p for p in self.model.parameters() if p.requires_grad]
        gradients = [torch.zeros_like(p) if p.grad is None else p.grad for p in trained]
        total = parameters_to_vector(gradients)
        torch.distributed.all_reduce(total, group=self._mesh.get_group())
        vector_to_parameters(total, gradients)
        for parameter, gradient in zip(trained, gradients, strict=True):
            parameter.grad = gradient


def spread(model: PeftModel | PeftMixedModel, mesh: DeviceMesh, device: str) -> None:
    """Leave this process its share of the frozen weights, on its device. What is trained goes there whole."""
    trained = {p for p in model.parameters() if p.requires_grad}
    for parameter in trained:
        parameter.data = parameter.data.to(device)
    for layer in _layers(model):
        fully_shard(layer, mesh=mesh, ignored_params=trained)
    fully_shard(model, mesh=mesh, reshard_after_forward=True, ignored_params=trained)


def _layers(module: torch.nn.Module) -> Iterator[torch.nn.Module]:
    """The layers of a model, which are in lists; not the lists within a layer, of which not all may compute."""
    for part in module.children():
        yield from part if isinstance(part, torch.nn.ModuleList) else _layers(part)
