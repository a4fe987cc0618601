"""Is this machine ready for the course? One line for each thing that matters: python -m helpers.doctor

In a notebook: `from helpers import doctor; doctor.check()`. Nothing is asked of any network but this machine's own.
The program ends with status 0 if `replay`, the default place, works.
"""

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from unittest.mock import patch

from . import backend
from .paths import CACHE, ROOT
from .places import local
from .places.base import BackendError, find_key

NOT_FOR_LESSONS = ("jupyterlab",)  # Colab opens notebooks without it
INSTALL = "python -m pip install -r requirements.txt -c constraints.txt"
INSTALL_LOCAL = "python -m uv pip install --torch-backend auto -r requirements-local.txt -c constraints.txt"
TRAINING_GB = {"memory": 3, "disk": 2}  # memory as `python -m tests.benchmark local_api` shows; the model on disk


class Problem(Exception):
    """Something is not ready; the message says what, and what to do."""


@dataclass(frozen=True)
class Finding:
    subject: str
    good: bool
    says: str

    def __str__(self) -> str:
        return f"{'ok' if self.good else 'no':3} {self.subject:12} {self.says}"


def check() -> None:
    """Print a line for each thing that matters. The place chosen by `helpers.use` stays as it is."""
    for finding in findings():
        print(finding)


def findings() -> Iterator[Finding]:
    """What was looked at, in order. Room and COURSE_PLACE only if there is something to know."""
    looks = {
        "Python": _python,
        "packages": _packages,
        "tokenizer": _tokenizer,
        "tapes": _tapes,
        "replay": _replay,
        "local": _local,
        "openai": _openai,
        "azure": _azure,
        "an address": _address,
        "room": _room,
        "COURSE_PLACE": _chosen,
    }
    for subject, look in looks.items():
        try:
            says, good = look(), True
        except ImportError as error:
            says, good = f"{error.name} is not installed: {INSTALL}", False
        except (Problem, BackendError, OSError, ValueError) as error:
            says, good = str(error), False
        if says:
            yield Finding(subject, good, says)


def _python() -> str:
    return platform.python_version()  # an older one than 3.11 gets no further than `import helpers`


def _packages() -> str:
    lacking = _lacking("requirements.txt")
    needed = {name: what for name, what in lacking.items() if name not in NOT_FOR_LESSONS}
    if needed:
        raise Problem(f"{', '.join(needed.values())}: {INSTALL}")
    others = f" ({', '.join(lacking.values())}: only needed to open notebooks)" if lacking else ""
    return f"all that the lessons need{others}"


def required(file: str) -> list:
    """What a requirements file of the course names, as `packaging` reads it."""
    from packaging.requirements import Requirement

    lines = [line.split("#")[0].strip() for line in (ROOT / file).read_text(encoding="utf-8").splitlines()]
    return [Requirement(line) for line in lines if line]


def _lacking(file: str) -> dict[str, str]:
    """The packages of a requirements file that are not here in a version it allows: name → what is wrong."""
    lacking = {}
    for wanted in required(file):
        try:
            if not wanted.specifier.contains(found := version(wanted.name), prereleases=True):
                lacking[wanted.name] = f"{wanted.name} is {found}, not {wanted.specifier}"
        except PackageNotFoundError:
            lacking[wanted.name] = f"{wanted.name} is missing"
    return lacking


def _tokenizer() -> str:
    from .tokenizer import count, encoding

    models = ("gpt-4.1-mini-2025-04-14", "gpt-3.5-turbo")
    no_network = OSError("its vocabulary is not on this machine: take TIKTOKEN_CACHE_DIR out of the environment")
    with patch("tiktoken.load.read_file", side_effect=no_network):
        counted = {encoding(model).name: count("The T-1000 weighs 2.4 kilograms.", model) for model in models}
    return f"counts without a network ({', '.join(counted)})"


def _tapes() -> str:
    from .lessons import LESSONS
    from .replay.provenance import check as misfits

    if found := misfits():
        more = f" And {len(found) - 1} more: python -m helpers.replay.record --check" if len(found) > 1 else ""
        raise Problem(f"{found[0]}{more} (`git restore data notebooks` brings back the original)")
    return f"{len(LESSONS)} recordings, whole, and they fit the data and the notebooks"


def _replay() -> str:
    import openai

    backend._keep_loopback_off_proxies()
    place, key, says = backend._replay(None)
    try:
        openai.OpenAI(base_url=place.base_url, api_key=key, max_retries=0).files.list()
    except openai.OpenAIError as error:
        raise Problem(f"the recordings do not answer: {error}") from None
    return f"works: {says}"


def _local() -> str:
    from .local_api.weights import DEFAULT_MODEL

    if about := local.about_server():
        return f"works: a server runs here with {about['base_model']} ({about['device']})"
    if lacking := _lacking("requirements-local.txt"):
        raise Problem(f"{', '.join(lacking.values())}: {INSTALL_LOCAL}")
    fetched = (CACHE / "models" / DEFAULT_MODEL).is_dir()
    return f"works: packages are here; {'so is the model' if fetched else 'the first start fetches the model'}"


def _openai() -> str:
    if not find_key("OPENAI_API_KEY"):
        raise Problem("no key: put yours into the environment variable OPENAI_API_KEY before you start")
    return "a key is there (not shown); it costs money, and lesson 3 asks whether the account may still train"


def _azure() -> str:
    if missing := [name for name in ("AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_API_KEY") if not find_key(name)]:
        raise Problem(f"{' and '.join(missing)} not set: the address of your resource, and its key")
    return "address and key are there (not shown); it costs money, and it was never run against the real service"


def _address() -> str:
    there = find_key("COURSE_API_KEY")
    key = "the key of COURSE_API_KEY (not shown)" if there else "no key, COURSE_API_KEY is not set"
    return f'use("http://...") sends {key}; whether a server answers there is not asked here'


def _room() -> None:
    """Memory and disk: worth a line only if training on this machine would want for them."""
    free = {"disk": shutil.disk_usage(next(p for p in (CACHE, *CACHE.parents) if p.exists())).free / 1e9}
    if find_spec("psutil"):  # PEFT brings it
        import psutil

        free["memory"] = psutil.virtual_memory().available / 1e9
    if short := {what: gb for what, gb in free.items() if gb < TRAINING_GB[what]}:
        said = " and ".join(f"{gb:.1f} GB of {what} free, not {TRAINING_GB[what]}" for what, gb in short.items())
        raise Problem(f"{said}: too little to train on this machine. Replay needs less")


def _chosen() -> str | None:
    place = os.environ.get("COURSE_PLACE")
    return place and f"{place!r} goes before what the notebooks say"


def main() -> None:
    works = False
    for finding in findings():
        print(finding, flush=True)
        works = works or (finding.subject == "replay" and finding.good)
    sys.exit(not works)


if __name__ == "__main__":
    main()
