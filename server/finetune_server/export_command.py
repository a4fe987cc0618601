"""The command `finetune-server export`: ask a running server for a tuned model, and unpack what it sends."""

import argparse
import http.client
import json
import os
import sys
import tarfile
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote, urlencode

from .export.formats import FORMATS, WEIGHT_TYPES
from .export.tar_stream import END, padded

ADDRESS = "http://127.0.0.1:8017/v1"


def main(given: list[str]) -> None:
    arguments = parser().parse_args(given)
    query = f"?{urlencode({'type': arguments.type})}" if arguments.type else ""
    address = f"{arguments.server.rstrip('/')}/models/{quote(arguments.model)}/export/{arguments.format}{query}"
    request = urllib.request.Request(address, headers={"authorization": f"Bearer {arguments.token}"})
    try:
        with urllib.request.urlopen(request) as reply:
            arguments.into.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=arguments.into, prefix=".export-") as part:
                unpack(reply, Path(part))
                move(Path(part), arguments.into)
    except urllib.error.HTTPError as error:
        sys.exit(said_by(error))
    except (urllib.error.URLError, tarfile.ReadError, ConnectionError, http.client.HTTPException) as error:
        sys.exit(
            f"No whole answer came from {arguments.server} ({error}): start finetune-server, or look at its output."
        )
    except OSError as error:
        sys.exit(f"{arguments.into} cannot be written ({error.strerror}): make room, or choose another with --into.")
    print("README.md there says how to run it.")


def unpack(reply: http.client.HTTPResponse, into: Path) -> None:
    """Write the files of the archive that comes. Raises tarfile.ReadError if it was cut off, between files too."""
    size = 0
    with tarfile.open(fileobj=reply, mode="r|") as archive:
        for member in archive:
            archive.extract(member, into, filter="data")
            size = member.offset_data + padded(member.size) + len(END)
    sent = reply.headers["content-length"]  # None behind a proxy that sends in chunks, where a cut is an error
    if sent and int(sent) != size:
        raise tarfile.ReadError("the answer was cut off")


def move(part: Path, into: Path) -> None:
    """Move the files to where they belong, in place of those of an earlier export, and say which."""
    for path in sorted(path for path in part.rglob("*") if path.is_file()):
        target = into / path.relative_to(part)
        target.parent.mkdir(exist_ok=True)
        path.replace(target)
        print(f"{target}: {target.stat().st_size:,} bytes")


def said_by(error: urllib.error.HTTPError) -> str:
    """What a server says about a request that it refused."""
    try:
        return json.loads(error.read())["error"]["message"]
    except (ValueError, KeyError, TypeError):
        return f"{error.url} answers {error}: is it the address of a finetune-server?"


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="finetune-server export", description="Write a tuned model of a running server into a folder."
    )
    parser.add_argument("format", choices=FORMATS)
    parser.add_argument("model", help="the name of a tuned model or a checkpoint: ft:…")
    parser.add_argument("--type", choices=WEIGHT_TYPES, help=f"of a GGUF's weights (default: {WEIGHT_TYPES[0]})")
    parser.add_argument(
        "--into", type=Path, default=Path(), metavar="FOLDER", help="where the model's folder is made (default: here)"
    )
    parser.add_argument(
        "--server",
        default=os.environ.get("OPENAI_BASE_URL", ADDRESS),
        metavar="ADDRESS",
        help=f"the server's address (default: the variable OPENAI_BASE_URL, else {ADDRESS})",
    )
    parser.add_argument(
        "--token",
        default=os.environ.get("OPENAI_API_KEY", "local"),
        metavar="KEY",
        help="its key (default: the variable OPENAI_API_KEY)",
    )
    return parser
