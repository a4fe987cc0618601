"""Requests that OpenAI's description allows, and some that it forbids, to every operation that the server has.

python -m tests.openapi [DESCRIPTION] [--cases N] [--seconds S]

schemathesis makes the requests. None may end with a 5xx; each answer must be what the description says, an error must
have OpenAI's form, and what the description forbids must be refused. The description is the one in this folder, unless
the path of another one is named. It is narrowed to what is there: ids, models, and answers of a few tokens. Requests
are made for S seconds at most (1200 unless told). It needs a network, to install schemathesis, and uv.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import requests

from .. import tiny_model
from ..clients.environments import python_with
from ..local_server import Server, finished, lines, supervised, upload
from . import DESCRIPTION, read
from .narrowing import narrowed

CHECKS = "not_a_server_error,response_schema_conformance,content_type_conformance,negative_data_rejection"


def known_objects(server: Server) -> dict[str, list[str]]:
    """Ids that are there, by the names that the description gives them."""
    api, model = server.api, server.base_model
    files = [upload(api, lines(10)) for _ in range(3)]
    method = supervised(n_epochs=1, batch_size=10)
    create = api.fine_tuning.jobs.create
    jobs = [finished(api, create(model=model, training_file=files[0], method=method), 600) for _ in range(2)]
    kept = [
        api.chat.completions.create(
            model=model, messages=[{"role": "user", "content": "hello"}], max_tokens=3, store=True, metadata={"a": "b"}
        )
        for _ in range(3)
    ]
    return {
        "file_id": files,
        "training_file": files[:1],
        "fine_tuning_job_id": [job.id for job in jobs],
        "completion_id": [completion.id for completion in kept],
        "model": [model, *(job.fine_tuned_model for job in jobs if job.fine_tuned_model)],
    }


def offers(server: Server, path: str, method: str) -> bool:
    """Whether the server has the operation: what it has not is answered with the code unknown_url."""
    reply = requests.request(method, f"{server.api.base_url}{path.lstrip('/')}", timeout=600)
    return reply.ok or reply.json()["error"]["code"] != "unknown_url"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.openapi", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("description", nargs="?", type=Path, help="path of another description of OpenAI's API, JSON")
    parser.add_argument("--cases", type=int, default=20, metavar="N", help="cases of each kind for an operation")
    parser.add_argument("--seconds", type=int, default=1200, metavar="S", help="how long requests are made")
    arguments = parser.parse_args()
    description = read(arguments.description) if arguments.description else DESCRIPTION
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python = python_with(["schemathesis"], folder)
        model = tiny_model.make(folder / "tiny", tiny_model.TOOL_TEMPLATE, max_position_embeddings=4096)
        server = Server(folder / "store", str(model))
        server.start()
        try:
            known = known_objects(server)
            operations = [(path, method) for path, methods in description["paths"].items() for method in methods]
            offered = [operation for operation in operations if offers(server, *operation)]
            wanted = narrowed(description, offered, known)
            (folder / "description.json").write_text(json.dumps(wanted))
            command = [str(python), "-m", "schemathesis.cli", "run", str(folder / "description.json")]
            command += ["--url", str(server.api.base_url), "--checks", CHECKS, "--max-examples", str(arguments.cases)]
            command += ["--phases", "examples,coverage,fuzzing", "--warnings", "off", "--continue-on-failure"]
            command += ["--suppress-health-check", "all", "--seed", "1", "--generation-database", "none"]
            command += ["--max-time", str(arguments.seconds), "--no-shrink"]
            print(f"{len(offered)} of the description's {len(operations)} operations are offered", flush=True)
            status = subprocess.run(command, cwd=folder).returncode
            log = server.log.read_text("utf-8")
        finally:
            server.process.terminate()
            server.process.wait()
    print(log)
    sys.exit(status)


if __name__ == "__main__":
    main()
