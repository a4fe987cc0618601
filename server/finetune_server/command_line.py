"""The options of the command `finetune-server`."""

import argparse
import os
import re
from pathlib import Path

from .cluster.options import add_options
from .model.download import DEFAULT_MODEL
from .protocol.loopback import LOOPBACK

DEVICES = ("cpu", "cuda", "mps")
LOG_FORMATS = ("text", "json")
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
        "--database",
        metavar="URL",
        help="a PostgreSQL database for jobs, events and what else is no file (default: SQLite in the store's folder)",
    )
    parser.add_argument(
        "--files",
        metavar="URL",
        help="an object store for files and weights, such as s3://BUCKET/FOLDER; the store's folder is its cache "
        "(default: the store's folder keeps them; needs --database)",
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
        "--export-adapters",
        type=Path,
        metavar="FOLDER",
        help="export the adapter of each job that succeeds into this folder, where vLLM finds it (default: none is)",
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
    parser.add_argument(
        "--log-format",
        choices=LOG_FORMATS,
        default=LOG_FORMATS[0],
        help="how the log is written to the standard error; as json also each request and event (default: text)",
    )
    add_options(parser)
    parser.add_argument(
        "--shards",
        type=int,
        metavar="N",
        help="spread the base model of each job over so many GPUs of one machine, or processes where there is no GPU "
        "(default: --cluster-gpus with a cluster, else 1)",
    )
    parser.add_argument("--device", choices=DEVICES, help="where the model computes (default: the best that is there)")
    return parser
