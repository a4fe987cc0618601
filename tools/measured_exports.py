"""Do the exports of the course's trained model answer elsewhere as the server does? python -m tools.measured_exports

A server takes data/adapter in and answers the first validation tickets. Then its model leaves in each format, and the
program of data/elsewhere that belongs to the format answers the same tickets, in a process of its own that knows no
server. The result is data/results/exports.jsonl: where it comes from and what the server said, then a line for each
export; a second call makes only those that are missing. At the end server/README.md gets its table. It takes minutes on
2 cores, and needs the package xllamacpp, which brings llama.cpp ready built.
"""

import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from openai import OpenAI
from platformdirs import user_cache_path

from helpers import compare, shipped_model, training_data
from helpers.backends.backend import Connection
from helpers.conversation import ANSWER_TOKENS
from helpers.paths import ADAPTER, ROOT, write_atomic
from helpers.t1000 import desk_files

from .live_server import local_server
from .provenance import data_hashes, what_answered

RESULTS = ROOT / "data" / "results" / "exports.jsonl"
PROGRAMS = ROOT / "data" / "elsewhere"
USED = ("adapter/adapter_model.safetensors", "desk/en/validation.jsonl", "elsewhere/*.py")  # under data/
README, BEGIN, END = ROOT / "server" / "README.md", "<!-- exports -->", "<!-- /exports -->"
TICKETS = 24
EXPORTS = (  # format, type of the weights, the program that answers, and the package that it stands on
    ("adapter", None, "with_peft.py", "peft"),
    ("merged", None, "with_transformers.py", "transformers"),
    *(("gguf", kind, "with_llama_cpp.py", "xllamacpp") for kind in ("f32", "f16", "q8_0")),
)


def prompts() -> list[list[dict]]:
    return desk_files.prompts_of(desk_files.load_tickets("validation")[0][:TICKETS])


def served(connection: Connection) -> dict:
    """The first line of the result file: what answered, and what it said."""
    backend = connection.backend
    client, model = OpenAI(base_url=backend.base_url, api_key=connection.key), shipped_model.name(backend.base_model)
    answers = list(compare.ask_all(client, model, prompts(), max_tokens=ANSWER_TOKENS).answer)
    about = what_answered(connection, datetime.now(UTC))
    return {"experiment": "exports", **about, "data": data_hashes(USED), "model": model, "answers": answers}


def measure(connection: Connection, model: str, export: tuple[str, str | None, str, str]) -> dict:
    """The line of one of EXPORTS: `bytes` of each file, and the answers."""
    kind, weight_type, program, package = export
    row = {"format": kind, "type": weight_type, "program": program, "version": f"{package} {version(package)}"}
    with tempfile.TemporaryDirectory() as scratch:
        folder = exported(connection, model, kind, weight_type, Path(scratch))
        row["bytes"] = {path.name: path.stat().st_size for path in sorted(folder.iterdir())}
        return row | {"answers": answers_elsewhere(folder, program, connection.backend.base_model)}


def exported(connection: Connection, model: str, kind: str, weight_type: str | None, into: Path) -> Path:
    """The folder that the server's command writes."""
    command = [sys.executable, "-m", "finetune_server", "export", kind, model, "--into", str(into)]
    command += ["--type", weight_type] if weight_type else []
    address = {"OPENAI_BASE_URL": connection.backend.base_url, "OPENAI_API_KEY": connection.key}
    subprocess.run(command, env=os.environ | address, check=True, stdout=subprocess.DEVNULL)
    [folder] = into.iterdir()
    return folder


def answers_elsewhere(folder: Path, program: str, base_model: str) -> list[str]:
    """What the program says to the tickets."""
    [gguf] = [*folder.glob("*.gguf")] or [None]
    base = [str(user_cache_path("finetune-server") / "models" / base_model)] if program == "with_peft.py" else []
    command = [sys.executable, str(PROGRAMS / program), str(gguf or folder), *base]
    asked = "".join(json.dumps(prompt) + "\n" for prompt in prompts())
    said = subprocess.run(command, input=asked, stdout=subprocess.PIPE, text=True, check=True).stdout
    return [json.loads(line) for line in said.splitlines()]


def table(lines: list[dict]) -> str:
    """What server/README.md shows of a whole result file."""
    origin, *exports = lines
    rows = ["| format | weights | loaded by | MB | answers that are the same |", "|---|---|---|---|---|"]
    for row in exports:
        same = sum(map(str.__eq__, row["answers"], origin["answers"]))
        size = sum(row["bytes"].values()) / 1e6
        said = f"{same} of {len(origin['answers'])}"
        rows.append(f"| `{row['format']}` | {row['type'] or 'f32'} | {row['version']} | {size:.0f} | {said} |")
    rows.append(f"\n(Measured on {origin['recorded'][:10]}, {origin['cores']} cores of {origin['processor']}.)")
    return "\n".join(rows)


def write_table(lines: list[dict]) -> None:
    text = README.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    README.write_text(f"{before}{BEGIN}\n{table(lines)}\n{END}{rest.split(END)[1]}", encoding="utf-8")


def main() -> None:
    lines = training_data.read_jsonl(RESULTS) if RESULTS.exists() else []
    if lines and lines[0]["data"] != data_hashes(USED):
        sys.exit(f"{RESULTS.name} was measured on other data. Delete it, and run this again.")
    adapter = ("--adapter", f"{shipped_model.SUFFIX}={ADAPTER}")
    with (
        tempfile.TemporaryDirectory() as scratch,
        local_server(Path(scratch) / "store", os.environ.get("COURSE_BASE_MODEL"), *adapter) as connection,
    ):
        lines = lines or [served(connection)]
        for export in EXPORTS[len(lines) - 1 :]:
            lines.append(measure(connection, lines[0]["model"], export))
            write_atomic(RESULTS, "".join(json.dumps(line) + "\n" for line in lines).encode())
    write_table(lines)


if __name__ == "__main__":
    main()
