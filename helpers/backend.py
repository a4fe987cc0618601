"""Where the API lives: one line chooses, and from there on every cell is plain `openai`.

import helpers
backend = helpers.use("replay")      # or "local", "openai", "azure", or the address of a server
"""

import os
import urllib.error

from .paths import TAPES
from .places.base import Backend, BackendError, find_key, get_json, on_this_machine


def use(place: str = "replay", *, lesson: str | None = None, base_model: str | None = None) -> Backend:
    """Make a place ready, point `OpenAI()` at it, and say what will answer and what it costs.

    `lesson` names the tape to replay ("03_train"); without it all tapes are played in order.
    `base_model` is the model to tune; it is needed only where an address offers several. The environment variable
    COURSE_PLACE goes before `place`. Raises BackendError.
    """
    _keep_loopback_off_proxies()
    place = os.environ.get("COURSE_PLACE") or place
    base_model = base_model or os.environ.get("COURSE_BASE_MODEL")
    if place == "replay":
        backend, key, says = _replay(lesson)
    elif place in ("local", "openai", "azure"):
        backend, key, says = _ready(place, base_model)
    elif place.startswith(("http://", "https://")):
        backend, key, says = _address(place.rstrip("/"), base_model)
    else:
        raise BackendError(
            f'There is no place {place!r}. Choose "replay", "local", "openai", "azure" or an address (https://…).'
        )
    os.environ.update(OPENAI_BASE_URL=backend.base_url, OPENAI_API_KEY=key)
    print(f"{backend.name}: {says}")
    return backend


def _ready(place: str, model: str | None) -> tuple[Backend, str, str]:
    from .places import account, azure, local  # here, so that replay starts quickly

    return {"local": local, "openai": account, "azure": azure}[place].ready(model)


def _replay(lesson: str | None) -> tuple[Backend, str, str]:
    from .replay.server import serve_in_thread, stub
    from .replay.tape import read_tape

    paths = [TAPES / f"{lesson}.jsonl"] if lesson else sorted(TAPES.glob("*.jsonl"))
    if not paths or not paths[0].exists():
        raise BackendError(
            f"There is no recording {lesson or ''} in {TAPES.name}/. Get the course again, or record it."
        )
    tapes = [read_tape(path) for path in paths]
    about = tapes[0][0]
    url = serve_in_thread(stub([exchange for _, exchanges in tapes for exchange in exchanges]))
    says = (
        f"answers recorded on {about['recorded'][:10]} from {about['base_model']} at the place "
        f"{about['against']!r}. Free, no key, no network."
    )
    return Backend("replay", url, about["base_model"], 0.005, paid=False), "replay", says


def _address(url: str, model: str | None) -> tuple[Backend, str, str]:
    key = find_key("COURSE_API_KEY") or "none"
    model = model or _only_model(url, key)
    said = os.environ.get("COURSE_PAID")  # by the reader; or by the recorder, which stands before another place
    paid = said != "0" if said else not _is_course_server(url, key)
    costs = "It may cost money; if it is free, say so by COURSE_PAID=0" if paid else "Free"
    says = f"whatever serves there answers, {model}. {costs}. A key is read from COURSE_API_KEY."
    return Backend(url, url, model, 5.0 if on_this_machine(url) else 15.0, paid=paid), key, says


def _is_course_server(url: str, key: str) -> bool:
    """Whether the local API of this course serves there, on somebody's machine: a classroom shares one."""
    try:
        return "base_model" in get_json(url.removesuffix("/v1") + "/", key)
    except (OSError, ValueError, TypeError):
        return False


def _only_model(url: str, key: str) -> str:
    try:
        names = [m["id"] for m in get_json(f"{url}/models", key)["data"] if not m["id"].startswith("ft:")]
    except (urllib.error.URLError, ValueError, KeyError, TimeoutError) as error:
        raise BackendError(f"No API answers at {url} ({error}). Check the address, and that the server runs.") from None
    if len(names) != 1:
        some = ", ".join(names[:5]) or "none"
        raise BackendError(f'Say which model to train: use("{url}", base_model="…"). The server offers: {some}.')
    return names[0]


def _keep_loopback_off_proxies() -> None:
    for name in ("NO_PROXY", "no_proxy"):
        hosts = [h for h in os.environ.get(name, "").split(",") if h]
        os.environ[name] = ",".join(dict.fromkeys([*hosts, "127.0.0.1", "localhost"]))
