"""Other names of the base model, under which programs that know OpenAI's names find it.

A store remembers what each has stood for: models that were trained under an alias bear it in their names, and their
adapters fit one base model only.
"""

import time

from ..protocol.objects import base_in_name
from .store import NotFound, Store


class BadAlias(ValueError):
    """A name cannot stand for the base model; the message says why."""


def set_aliases(store: Store, base_model: str, names: list[str]) -> None:
    """Let these names, and no others, stand for the base model. Raises BadAlias."""
    with store.transaction():
        if _known(store, base_model, base_model) != base_model:
            raise BadAlias(
                f"In this store, {base_model} is an alias of {_known(store, base_model, base_model)}: "
                "choose another folder with --store."
            )
        trained = {base_in_name(made["id"]) for made in store.all("model")}
        trained |= {base_in_name(job["model"]) for job in store.all("job")}
        known = {alias["id"]: alias for alias in store.all("alias")}
        for name in names:
            other = _known(store, name, name if name in trained else base_model)
            if name == base_model or other != base_model:
                raise BadAlias(
                    f"The alias {name} already stands for {other} in this store: leave it out, or choose another "
                    "folder with --store."
                )
            fresh = {"id": name, "object": "model", "created": int(time.time()), "owned_by": "local"}
            store.put("alias", {**fresh, "base_model": base_model, **known.get(name, {}), "in_use": True})
        for name in known.keys() - set(names):
            store.change("alias", name, in_use=False)


def aliases(store: Store) -> list[dict]:
    """The aliases that are in use, as objects."""
    return [alias for alias in store.all("alias") if alias["in_use"]]


def is_base(store: Store, base_model: str, name: str) -> bool:
    """Whether a name is the base model's own or an alias in use."""
    return name == base_model or name in [alias["id"] for alias in aliases(store)]


def base_model_of(store: Store, name: str) -> str:
    """The base model that a tuned model, a checkpoint or an alias stands on; any other name is a base model's own."""
    named = base_in_name(name)
    return _known(store, named, named)


def _known(store: Store, alias: str, default: str) -> str:
    try:
        return store.get("alias", alias)["base_model"]
    except NotFound:
        return default
