"""Programs written for OpenAI, against the server: python -m tests.clients [PROGRAM …]

Each is newly installed into an environment of its own, and told nothing but an address, a key and a model's name. The
server is the real one, with the tests' tiny model: what is said means nothing, but whether it is well-formed does. The
results are kept in tests/clients/results.jsonl, and server/README.md gets the table. PROGRAM is a part of a name;
without one, all are run: half an hour or more on 2 cores, most of it installing. It needs a network, uv, Node.js, curl.
"""

import os
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from .. import tiny_model
from ..local_server import Server, finished, lines, supervised, upload
from . import results
from .environments import NotRun, install, output
from .programs import ALIAS, BASE, PROGRAMS, STEPS, Program

CONTEXT = 8192  # tokens; agents send long prompts, and the tiny model's tokens are bytes
START_SECONDS = 600  # the first training waits until torch is imported
THEIRS = ("OPENAI_", "AZURE_", "PYTHON", "VIRTUAL_ENV")


def run(program: Program, server: Server, examples: Path, tuned: str) -> dict:
    """What the program came to, step by step."""
    result = {"program": program.name, "model": program.model, "date": f"{datetime.now(UTC):%Y-%m-%d}"}
    result["server"] = " ".join(f"{name} {version(name)}" for name in ("starlette", "transformers"))
    with tempfile.TemporaryDirectory() as folder:
        told = {"OPENAI_BASE_URL": str(server.api.base_url).rstrip("/"), "OPENAI_API_KEY": "local"}
        told |= {"MODEL": program.model, "EXAMPLES": str(examples), "TUNED": tuned, "HOME": folder}
        mine = {name: value for name, value in os.environ.items() if not name.startswith(THEIRS)}
        try:
            command, result["version"] = install(program, Path(folder))
            said = output(command, Path(folder), env=mine | told)
        except NotRun as reason:
            return result | {"not_run": str(reason)}
    steps = dict(line.split("\t", 1) for line in said.splitlines() if line.partition("\t")[0] in STEPS)
    return result | {"steps": steps}


def tuned_model(server: Server, base: str, examples: Path) -> str:
    """A model for the programs that do not train."""
    file = upload(server.api, examples.read_bytes())
    method = supervised(n_epochs=1, batch_size=10)
    job = server.api.fine_tuning.jobs.create(model=base, training_file=file, method=method)
    job = finished(server.api, job, START_SECONDS)
    assert job.fine_tuned_model, job.error
    return job.fine_tuned_model


def main() -> None:
    asked = [program for part in sys.argv[1:] or [""] for program in PROGRAMS if part in program.name]
    if not asked:
        sys.exit(f"No such program. There are: {', '.join(program.name for program in PROGRAMS)}.")
    found = results.load()
    with tempfile.TemporaryDirectory() as folder:
        model = tiny_model.make(Path(folder) / "tiny", tiny_model.TOOL_TEMPLATE, max_position_embeddings=CONTEXT)
        examples = Path(folder) / "train.jsonl"
        examples.write_bytes(lines(10))
        server = Server(Path(folder) / "store", str(model), [ALIAS])
        server.start()
        try:
            tuned = {name: tuned_model(server, name, examples) for name in (BASE, ALIAS)}
            for program in asked:
                found[program.name] = result = run(program, server, examples, tuned[program.model])
                print(program.name, result.get("not_run") or result["steps"], flush=True)
                results.save(found)
        finally:
            server.process.terminate()
            server.process.wait()
    kept = [found[program.name] for program in asked]
    print(results.table(kept))
    if any("not_run" in result or set(result["steps"].values()) - {results.OK} for result in kept):
        sys.exit(1)


if __name__ == "__main__":
    main()
