"""Is this machine ready for the course? One line for each thing that matters: python -m helpers.doctor

In a notebook: `from helpers import doctor; doctor.check()`. No other machine is asked anything.
The program ends with status 0 if `replay`, the default backend, works.
"""

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError
from importlib.util import find_spec
from pathlib import Path

from .backends import connect_replay, keep_loopback_off_proxies, local
from .backends.backend import BackendError, find_key
from .packages import lacking_here, named_in, needed_by
from .paths import CACHE, TAPES

NOT_FOR_LESSONS = ("jupyterlab",)  # Colab opens notebooks without it
INSTALL = "python -m pip install -r requirements.txt -c constraints.txt"
SERVER = "finetune-server"
TRAINING_GB = {"memory": 3, "disk": 2}  # memory as `python -m tests.benchmark one_training` shows; the model on disk


class Problem(Exception):
    """Something is not ready; the message says what, and what to do."""


@dataclass(frozen=True)
class Finding:
    """One printed line: what was looked at, whether it is as it should be, and a sentence."""

    subject: str
    good: bool
    says: str

    def __str__(self) -> str:
        return f"{'ok' if self.good else 'no':3} {self.subject:12} {self.says}"


def check() -> None:
    """Print a line for each thing that matters. The backend chosen by `helpers.use` stays as it is."""
    for finding in findings():
        print(finding)


def findings() -> Iterator[Finding]:
    """What was looked at, in order. Room and COURSE_PLACE are left out if there is nothing to say."""
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
    lacking = lacking_here(named_in("requirements.txt"))
    needed = {name: what for name, what in lacking.items() if name not in NOT_FOR_LESSONS}
    if needed:
        raise Problem(f"{', '.join(needed.values())}: {INSTALL}")
    others = f" ({', '.join(lacking.values())}: only needed to open notebooks)" if lacking else ""
    return f"all that the lessons need{others}"


def _tokenizer() -> str:
    from .tokenizer import VOCABULARIES, count, encoding

    folder = Path(os.environ.get("TIKTOKEN_CACHE_DIR") or CACHE / "tiktoken")
    lacking = [name for name, file in VOCABULARIES.items() if not (folder / file).exists()]
    if lacking and folder != CACHE / "tiktoken":  # that one is filled at the first count
        raise Problem(f"{folder} has no {' and no '.join(lacking)}: take TIKTOKEN_CACHE_DIR out of the environment")
    models = ("gpt-4.1-mini-2025-04-14", "gpt-3.5-turbo")
    counted = {encoding(model).name: count("The T-1000 weighs 2.4 kilograms.", model) for model in models}
    return f"counts without a network ({', '.join(counted)})"


def _tapes() -> str:
    from .replay.tape import changed_data, read_tape

    tapes, found = sorted(TAPES.glob("*.jsonl")), []
    for path in tapes:
        try:
            found += [f"{path.stem}: {problem}" for problem in changed_data(read_tape(path).provenance)]
        except ValueError as error:
            found.append(str(error))
    restore = "`git restore data` brings back the original"
    if found:
        more = f" And {len(found) - 1} more." if len(found) > 1 else ""
        raise Problem(f"{found[0]}{more} ({restore})")
    if not tapes:
        raise Problem(f"there is none in data/{TAPES.name} ({restore})")
    return f"{len(tapes)} recordings, all complete, and the data have not changed since they were made"


def _replay() -> str:
    import openai

    keep_loopback_off_proxies()
    replay = connect_replay(None)
    try:
        openai.OpenAI(base_url=replay.backend.base_url, api_key=replay.key, max_retries=0).files.list()
    except openai.OpenAIError as error:
        raise Problem(f"the recordings do not answer: {error}") from None
    return f"works: {replay.says}"


def _local() -> str:
    if about := local.about_server(local.LOCAL_PORT):
        return f"works: a server runs here with {about['base_model']} ({about['device']})"
    try:
        lacking = lacking_here(needed_by(SERVER, "train"))
    except PackageNotFoundError:
        raise Problem(f"{SERVER} is not installed: {local.INSTALL}") from None
    if lacking:
        raise Problem(f"{', '.join(lacking.values())}: {local.INSTALL}")
    return "works: the server is installed; its first start fetches the model"


def _openai() -> str:
    if not find_key("OPENAI_API_KEY"):
        raise Problem("no key: put yours into the environment variable OPENAI_API_KEY before you start")
    return "a key is set (not shown); it costs money, and lesson 3 asks whether the account may still train"


def _azure() -> str:
    if missing := [name for name in ("AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_API_KEY") if not find_key(name)]:
        raise Problem(f"{' and '.join(missing)} not set: the address of your resource, and its key")
    return "address and key are set (not shown); it costs money, and it was never run against the real service"


def _address() -> str:
    found = find_key("COURSE_API_KEY")
    key = "the key of COURSE_API_KEY (not shown)" if found else "no key, COURSE_API_KEY is not set"
    return f'use("http://...") sends {key}; whether a server answers there is not asked here'


def _room() -> None:
    """Memory and disk: worth a line only where they are too small to train."""
    free = {"disk": shutil.disk_usage(next(p for p in (CACHE, *CACHE.parents) if p.exists())).free / 1e9}
    if find_spec("psutil"):  # PEFT brings it
        import psutil

        free["memory"] = psutil.virtual_memory().available / 1e9
    if short := {what: gb for what, gb in free.items() if gb < TRAINING_GB[what]}:
        said = " and ".join(f"{gb:.1f} GB of {what} free, not {TRAINING_GB[what]}" for what, gb in short.items())
        raise Problem(f"{said}: too little to train on this machine. Replay needs less")


def _chosen() -> str | None:
    backend = os.environ.get("COURSE_PLACE")
    return backend and f"{backend!r} overrides what the notebooks say"


def main() -> None:
    works = False
    for finding in findings():
        print(finding, flush=True)
        works = works or (finding.subject == "replay" and finding.good)
    sys.exit(not works)


if __name__ == "__main__":
    main()
