"""A node as an actor of Ray."""

from collections.abc import Iterator

import ray  # pyright: ignore[reportMissingImports] (an extra)

from .changes import Change
from .node import Node
from .parcel import Parcel


class NodeActor:
    """One job on a node. Ray calls `tell` while `train` runs."""

    def __init__(self):
        self._node = Node()

    def train(self, parcel: Parcel, model: "dict[str, ray.ObjectRef]") -> Iterator[str | Change]:
        """As `Node.train`; `model` are the files of the base model in Ray's object store."""
        files = ((name, ray.get(content)) for name, content in model.items())
        yield from self._node.train(parcel, files, ray.util.get_node_ip_address())

    def tell(self, status: str) -> None:
        self._node.tell(status)
