"""Where the API lives: one line chooses, and from there on every cell is plain `openai`.

import helpers
backend = helpers.use("replay")      # or "local", "openai", "azure", or the address of a server
"""

import os

from ..paths import TAPES
from .backend import Backend, BackendError, Connection, find_key, get_json, on_this_machine, point_openai_at


def use(backend: str = "replay", *, lesson: str | None = None, base_model: str | None = None) -> Backend:
    """Make a backend ready, point `OpenAI()` at it, and say what will answer and what it costs.

    `lesson` names the tape to replay ("03_train"); without it all tapes are played in order.
    `base_model` is the model to tune; it is needed only where an address offers several. The environment variable
    COURSE_PLACE overrides `backend`, COURSE_BASE_MODEL is the default of `base_model`. Raises BackendError.
    """
    keep_loopback_off_proxies()
    backend = os.environ.get("COURSE_PLACE") or backend
    base_model = base_model or os.environ.get("COURSE_BASE_MODEL")
    if backend == "replay":
        connection = connect_replay(lesson)
    elif backend in ("local", "openai", "azure"):
        connection = _connect(backend, base_model)
    elif backend.startswith(("http://", "https://")):
        connection = _connect_address(backend.rstrip("/"), base_model)
    else:
        raise BackendError(
            f'There is no backend {backend!r}. Choose "replay", "local", "openai", "azure" or an address (https://…).'
        )
    point_openai_at(connection)
    print(f"{connection.backend.name}: {connection.says}")
    return connection.backend


def _connect(backend: str, model: str | None) -> Connection:
    from . import azure_account, local, openai_account  # here, so that replay starts quickly

    return {"local": local, "openai": openai_account, "azure": azure_account}[backend].connect(model)


def connect_replay(lesson: str | None = None) -> Connection:
    """Play the tape of one lesson, or all tapes, on this machine. Raises BackendError if there is none."""
    from ..replay.server import serve_in_thread, stub
    from ..replay.tape import read_tape

    paths = [TAPES / f"{lesson}.jsonl"] if lesson else sorted(TAPES.glob("*.jsonl"))
    if not paths or not paths[0].exists():
        raise BackendError(
            f"There is no recording {lesson or ''} in {TAPES.name}/. Get the course again, or record it."
        )
    tapes = [read_tape(path) for path in paths]
    about = tapes[0].provenance
    url = serve_in_thread(stub([exchange for tape in tapes for exchange in tape.exchanges]))
    says = (
        f"answers recorded on {about['recorded'][:10]} from {about['base_model']} with the backend "
        f"{about['against']!r}. Free, no key, no network."
    )
    return Connection(Backend("replay", url, about["base_model"], 0.005, paid=False), "replay", says)


def _connect_address(url: str, model: str | None) -> Connection:
    key = find_key("COURSE_API_KEY") or "none"
    model = model or _only_model(url, key)
    stated = os.environ.get("COURSE_PAID")  # by the reader, or by the recorder, which passes requests on
    paid = stated != "0" if stated else not _is_course_server(url, key)
    costs = "It may cost money; if it is free, say so by COURSE_PAID=0" if paid else "Free"
    says = f"the server at this address answers, {model}. {costs}. A key is read from COURSE_API_KEY."
    return Connection(Backend(url, url, model, 5.0 if on_this_machine(url) else 15.0, paid=paid), key, says)


def _is_course_server(url: str, key: str) -> bool:
    """Whether the course's own server answers there, perhaps on a teacher's machine for the whole class."""
    try:
        return "base_model" in get_json(url.removesuffix("/v1") + "/", key)
    except (OSError, ValueError, TypeError):
        return False


def _only_model(url: str, key: str) -> str:
    try:
        names = [m["id"] for m in get_json(f"{url}/models", key)["data"] if not m["id"].startswith("ft:")]
    except (OSError, ValueError, KeyError, TypeError) as error:  # those of requests are OSErrors
        raise BackendError(f"No API answers at {url} ({error}). Check the address, and that the server runs.") from None
    if len(names) != 1:
        offered = ", ".join(names[:5]) or "none"
        raise BackendError(f'Say which model to train: use("{url}", base_model="…"). The server offers: {offered}.')
    return names[0]


def keep_loopback_off_proxies() -> None:
    """Requests to this machine's own addresses go to no proxy."""
    for name in ("NO_PROXY", "no_proxy"):
        hosts = [h for h in os.environ.get(name, "").split(",") if h]
        os.environ[name] = ",".join(dict.fromkeys([*hosts, "127.0.0.1", "localhost"]))
