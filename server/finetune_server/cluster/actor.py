"""A node as an actor of Ray."""

from collections.abc import Iterator

import ray  # pyright: ignore[reportMissingImports] (an extra)

from .changes import Change
from .node import Node
from .parcel import Parcel


class NodeActor:
    """One job on a node. Ray calls `tell` while `train` runs."""

    def __init__(self, parcel: Parcel):
        self._node = Node(parcel, ray.util.get_node_ip_address())

    def train(self, model: "dict[str, ray.ObjectRef]") -> Iterator[str | Change]:
        """As `Node.train`; `model` are the files of the base model in Ray's object store."""
        yield from self._node.train((name, ray.get(content)) for name, content in model.items())

    def tell(self, status: str) -> None:
        self._node.tell(status)
