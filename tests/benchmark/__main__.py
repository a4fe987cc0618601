"""How fast is it here? Prints figures, judges nothing: python -m tests.benchmark [PART …] [--full]

Parts: start, course, large_export, against_presidio, one_training, answer_speed, busy, dpo_speed, reward_speed,
against_trl; all of them if none is named. The last one needs `pip install trl` too and takes longest; dpo_speed and
reward_speed compare with TRL if it is installed. A part that lacks a package is left out and says so.
By default a tenth of a training file is trained on, and of the large export prepared; `--full` takes all of them.
"""

import importlib
import importlib.util
import platform
import sys
from importlib.metadata import PackageNotFoundError, version

import finetune_server  # noqa: F401 (first: it says how torch's threads wait)
from tools.provenance import processor

NEEDS = {
    "start": [],
    "course": [],
    "large_export": [],
    "against_presidio": [],
    "one_training": ["torch", "peft"],
    "answer_speed": ["torch", "peft"],
    "busy": ["torch", "peft"],
    "dpo_speed": ["torch", "peft"],
    "reward_speed": ["torch", "peft"],
    "against_trl": ["torch", "peft", "trl"],
}


def versions() -> str:
    found = []
    for name in ("openai", "torch", "transformers", "peft", "trl"):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)


def main() -> None:
    asked = [argument for argument in sys.argv[1:] if argument != "--full"]
    if unknown := set(asked) - set(NEEDS):
        sys.exit(f"No such part: {', '.join(sorted(unknown))}. There are: {', '.join(NEEDS)}.")
    print(f"{processor()}, Python {platform.python_version()}, {versions()}")
    for part in asked or NEEDS:
        print(part.replace("_", " "), flush=True)
        if missing := [name for name in NEEDS[part] if not importlib.util.find_spec(name)]:
            print(f"  left out: {', '.join(missing)} not installed")
            continue
        importlib.import_module(f"{__package__}.{part}").run("--full" in sys.argv)


if __name__ == "__main__":
    main()
