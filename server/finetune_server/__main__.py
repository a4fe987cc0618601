"""The command `finetune-server`, which is `python -m finetune_server` too."""

import argparse
import gc
import os
import re
import sqlite3
import sys
from concurrent.futures import Future
from pathlib import Path

from .cluster.options import add_options, connected
from .model.download import DEFAULT_MODEL
from .protocol.loopback import LOOPBACK

MISSING = 'Training on this machine needs a few more packages: install "finetune-server[train]"'
DEVICES = ("cpu", "cuda", "mps")
KEEP_ALIVE = 75  # seconds; OpenAI's client gives up an idle connection after 5, and must be the first to do so
DESCRIPTION = """\
OpenAI's files, fine-tuning, models, chat and responses API on this machine. It really
trains an open model. Any OpenAI client uses it with two environment variables:

  OPENAI_BASE_URL=http://127.0.0.1:8017/v1  OPENAI_API_KEY=local
"""
EPILOG = """\
A classroom shares one machine:  finetune-server --host 0.0.0.0 --token KEY
Everybody sets OPENAI_BASE_URL=http://ITS-ADDRESS:8017/v1 and OPENAI_API_KEY=KEY; jobs train one after the other.

A tuned model leaves a running server:  finetune-server export --help
"""


def main() -> None:
    if sys.argv[1:2] == ["export"]:
        from .export_command import main as export

        return export(sys.argv[2:])
    arguments = parser().parse_args()
    if arguments.host not in LOOPBACK and not arguments.token:
        sys.exit(
            "Others could reach this address: set a key that they must send, "
            "with --token KEY or the variable LOCAL_API_TOKEN."
        )
    gc.disable()  # what is imported now stays: looking through it again and again takes a tenth of the start
    try:
        import uvicorn
        from platformdirs import user_data_path

        from .app import build
        from .cluster.cluster import ClusterUnreachable
        from .model.download import MODELS, WeightsNotFound, model_folder
        from .store.aliases import BadAlias
        from .store.database import BrokenStore
        from .training.adapter_folder import BadAdapter

        check_device(arguments.device)
    except ImportError as error:
        sys.exit(f"{MISSING} ({error.name} is not installed)")
    store = arguments.store or user_data_path("finetune-server") / "store"
    try:
        folder = model_folder(arguments.model)
    except WeightsNotFound as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"The model cannot be kept in {MODELS} ({error}): free some space, or start with --model FOLDER.")
    try:
        base_model = Path(arguments.model).absolute().name
        taken = (arguments.adapter, arguments.alias, arguments.webhook_host)
        cluster = connected(arguments, folder)
        app = build(store, folder, base_model, arguments.token, arguments.device, *taken, cluster=cluster)
    except (BrokenStore, BadAdapter, BadAlias, ClusterUnreachable) as error:
        sys.exit(str(error))
    except ImportError as error:  # or PackageNotFoundError, which is one: an adapter is looked through with torch
        sys.exit(f"{MISSING} ({error.name} is not installed)")
    except (OSError, sqlite3.Error) as error:
        sys.exit(f"The store {store} cannot be used ({error}): choose another folder with --store.")
    host = f"[{arguments.host}]" if ":" in arguments.host else arguments.host
    address = f"http://{host}:{arguments.port}/v1"
    print(f"{arguments.model} answers and trains at {address}; files and models are kept in {store}", flush=True)
    config = uvicorn.Config(
        app, host=arguments.host, port=arguments.port, log_level="warning", timeout_keep_alive=KEEP_ALIVE
    )
    server = uvicorn.Server(config)
    loading = app.state.rest

    def loaded(loading: Future) -> None:
        gc.freeze()
        gc.enable()
        server.should_exit = loading.exception() is not None

    loading.add_done_callback(loaded)
    try:
        server.run()
    except KeyboardInterrupt:
        return  # Ctrl+C ends it, and is not an error
    except SystemExit:
        sys.exit(
            f"{address} cannot be used, for the reason above: choose another --port or --host, or stop what runs there."
        )
    if loading.done() and (error := loading.exception()):
        missing = isinstance(error, ImportError)
        sys.exit(f"{MISSING} ({error.name} is not installed)" if missing else f"The model could not be loaded: {error}")


def check_device(asked: str | None) -> None:
    """Leave the program if torch cannot use this device; without one asked for, the best there is will be taken."""
    if asked in (None, "cpu"):
        return
    import torch

    if not {"cuda": torch.cuda, "mps": torch.backends.mps}[asked].is_available():
        sys.exit(f"This machine has no device {asked!r} that torch can use: leave out --device.")


def named_folder(text: str) -> tuple[str, Path]:
    """The name and the folder in NAME=FOLDER."""
    name, _, folder = text.partition("=")
    if not re.fullmatch(r"[\w.-]{1,64}", name) or not folder:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not NAME=FOLDER, where NAME has at most 64 letters, digits, dots and hyphens"
        )
    return name, Path(folder)


def model_name(text: str) -> str:
    """A name that can be a part of a tuned model's."""
    if not re.fullmatch(r"[\w.-]{1,64}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a name of at most 64 letters, digits, dots and hyphens")
    return text


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="finetune-server",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=8017, metavar="N", help="port to listen on (default: 8017)")
    parser.add_argument(
        "--host",
        default=LOOPBACK[0],
        metavar="ADDRESS",
        help="address to listen on (default: 127.0.0.1, only this machine); another one needs a token",
    )
    parser.add_argument(
        "--token",
        default=os.environ.get("LOCAL_API_TOKEN"),
        metavar="KEY",
        help="key that every client must send (default: the variable LOCAL_API_TOKEN, else none)",
    )
    parser.add_argument(
        "--model",
        default=DEFAULT_MODEL,
        help=f"a chat model of the Hugging Face hub, or a folder (default: {DEFAULT_MODEL})",
    )
    parser.add_argument(
        "--store", type=Path, metavar="FOLDER", help="folder for files, jobs and models (default: in your data folder)"
    )
    parser.add_argument(
        "--adapter",
        type=named_folder,
        action="append",
        default=[],
        metavar="NAME=FOLDER",
        help="take in a LoRA adapter as PEFT saves it; its model is ft:MODEL:local:NAME:…; may be given repeatedly",
    )
    parser.add_argument(
        "--alias",
        type=model_name,
        action="append",
        default=[],
        metavar="NAME",
        help="another name of the model, for instance gpt-4o-mini-2024-07-18; may be given repeatedly",
    )
    parser.add_argument(
        "--webhook-host",
        action="append",
        default=[],
        metavar="NAME",
        help="a host that webhooks may call (default: this machine, unless there is a token); may be given repeatedly",
    )
    add_options(parser)
    parser.add_argument("--device", choices=DEVICES, help="where the model computes (default: the best that is there)")
    return parser


if __name__ == "__main__":
    main()
