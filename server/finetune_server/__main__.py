"""The command `finetune-server`, which is `python -m finetune_server` too."""

import gc
import sys
from argparse import Namespace
from concurrent.futures import Future
from pathlib import Path

from .cluster.options import asked_shards, connected
from .command_line import parser
from .protocol.loopback import LOOPBACK

MISSING = 'Training on this machine needs a few more packages: install "finetune-server[train]"'
SPREADING = (2, 8)  # the first PyTorch that spreads frozen weights of two types in one layer
KEEP_ALIVE = 75  # seconds; OpenAI's client gives up an idle connection after 5, and must be the first to do so


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
    shards = asked_shards(arguments)
    gc.disable()  # what is imported now stays: looking through it again and again takes a tenth of the start
    try:
        import uvicorn
        from platformdirs import user_data_path

        from .announced_server import AnnouncedServer
        from .app import build
        from .cluster.cluster import ClusterUnreachable
        from .export.exported_adapters import BadExportFolder
        from .logs import set_up
        from .model.download import MODELS, WeightsNotFound, model_folder
        from .store.aliases import BadAlias
        from .store.database import BrokenStore, DatabaseError
        from .training.adapter_folder import BadAdapter

        check_device(arguments.device)
        if shards > 1:
            check_shards(shards, arguments)
    except ImportError as error:
        sys.exit(f"{MISSING} ({error.name} is not installed)")
    set_up(arguments.log_format)
    store = arguments.store or user_data_path("finetune-server") / "store"
    try:
        folder = model_folder(arguments.model)
    except WeightsNotFound as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"The model cannot be kept in {MODELS} ({error}): free some space, or start with --model FOLDER.")
    try:
        base_model = Path(arguments.model).absolute().name
        taken = (arguments.adapter, arguments.alias, arguments.webhook_host, arguments.database, arguments.files)
        cluster = connected(arguments, folder)
        more = (cluster, arguments.cluster_replicas, shards, arguments.export_adapters)
        app = build(store, folder, base_model, arguments.token, arguments.device, *taken, *more)
    except (BrokenStore, BadAdapter, BadAlias, BadExportFolder, ClusterUnreachable) as error:
        sys.exit(str(error))
    except ImportError as error:  # or PackageNotFoundError, which is one: an adapter is looked through with torch
        sys.exit(f"{MISSING} ({error.name} is not installed)")
    except DatabaseError as error:
        sys.exit(f"The store's database cannot be used: {error}")
    except OSError as error:
        sys.exit(f"The store {store} cannot be used ({error}): choose another folder with --store.")
    host = f"[{arguments.host}]" if ":" in arguments.host else arguments.host
    address = f"http://{host}:{arguments.port}/v1"
    announcement = f"{arguments.model} answers and trains at {address}; files and models are kept in {store}"
    config = uvicorn.Config(
        app,
        host=arguments.host,
        port=arguments.port,
        log_config=None,
        log_level="warning",
        timeout_keep_alive=KEEP_ALIVE,
    )
    server = AnnouncedServer(config, announcement)
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


def check_shards(shards: int, arguments: Namespace) -> None:
    """Leave the program if a model cannot be spread over so many devices; those of a cluster are its own business."""
    import torch

    from .model.device import best_device

    if tuple(map(int, torch.__version__.split(".")[:2])) < SPREADING:
        sys.exit(
            f"--shards needs PyTorch {'.'.join(map(str, SPREADING))} or newer, and {torch.__version__} is installed."
        )
    there = {"cuda": torch.cuda.device_count(), "mps": 1}.get(arguments.device or best_device(), shards)
    if shards > there and not arguments.cluster:
        sys.exit(f"--shards {shards} needs {shards} GPUs, and this machine has {there}.")


if __name__ == "__main__":
    main()
