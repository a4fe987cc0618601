"""Start the fine-tuning API on this machine: python -m helpers.local_api"""

import argparse
import os
import sys
from pathlib import Path

MISSING = "Training on this machine needs a few more packages: pip install -r requirements-local.txt"


def main() -> None:
    arguments = parser().parse_args()
    if arguments.host not in ("127.0.0.1", "localhost", "::1") and not arguments.token:
        sys.exit("Others could reach this address: set a key they must know, --token KEY or LOCAL_API_TOKEN.")
    try:
        import torch  # noqa: F401
        import uvicorn

        from ..paths import CACHE
        from .app import build
        from .weights import WeightsNotFound, model_folder
    except ImportError as error:
        sys.exit(f"{MISSING} ({error.name} is not installed)")
    try:
        folder = model_folder(arguments.model)
    except WeightsNotFound as error:
        sys.exit(str(error))
    store = arguments.store or CACHE / "store"
    app = build(store, folder, Path(arguments.model).name, arguments.token)
    address = f"http://{arguments.host}:{arguments.port}/v1"
    print(f"{arguments.model} answers and trains at {address}; files and models are kept in {store}", flush=True)
    try:
        uvicorn.run(app, host=arguments.host, port=arguments.port, log_level="warning")
    except SystemExit:
        sys.exit(f"Port {arguments.port} is taken: stop what runs there, or choose another with --port.")


def parser() -> argparse.ArgumentParser:
    from .weights import DEFAULT_MODEL

    parser = argparse.ArgumentParser(prog="python -m helpers.local_api", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: only this machine)")
    parser.add_argument("--port", type=int, default=8017, help="port to listen on (default: 8017)")
    parser.add_argument("--model", default=DEFAULT_MODEL,
                        help=f"a chat model of the Hugging Face hub, or a folder (default: {DEFAULT_MODEL})")  # fmt: skip
    parser.add_argument("--store", type=Path, help="folder for files, jobs and models (default: in your cache folder)")
    parser.add_argument("--token", default=os.environ.get("LOCAL_API_TOKEN"),
                        help="key that every client must send (default: the variable LOCAL_API_TOKEN)")  # fmt: skip
    return parser


if __name__ == "__main__":
    main()
