"""The page that leaves with a model: what it is, where it comes from, and how it is run."""

import hashlib
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from .origin import Origin

LIBRARY = {"adapter": "peft", "merged": "transformers", "gguf": None}
UNKNOWN = "not known here"
USE = {
    "adapter": """\
PEFT puts it on its base model:

```python
from peft import AutoPeftModelForCausalLM

model = AutoPeftModelForCausalLM.from_pretrained("{folder}")
```

vLLM: `vllm serve {base} --enable-lora --lora-modules mine={folder}`. Another finetune-server: \
`finetune-server --adapter mine={folder}`.
""",
    "merged": """\
The adapter is merged into its base model: transformers loads it like any other.

```python
from transformers import pipeline

chat = pipeline("text-generation", "{folder}")
chat([{{"role": "user", "content": "Hello"}}], do_sample=False, max_new_tokens=512)
```

vLLM: `vllm serve {folder} --dtype float32`. Another finetune-server: `finetune-server --model {folder}`.
""",
    "gguf": """\
llama.cpp: `llama-server -m {gguf} --jinja` speaks OpenAI's API at `http://127.0.0.1:8080/v1`.

Ollama: `ollama create mine -f Modelfile`, then `ollama run mine`.
""",
}


def card(about: Origin, kind: str, folder: Path) -> str:
    """The page for an exported folder, whose other files are written; `kind` is a key of USE."""
    weights = sorted(path for path in folder.iterdir() if path.suffix in (".safetensors", ".gguf"))
    use = USE[kind].format(folder=folder.name, base=about.base, gguf=weights[0].name)
    table = "\n".join(f"| {what} | {value} |" for what, value in facts(about, weights))
    end = f"\n## The page that came with the adapter\n\n{without_head(about.page)}" if about.page else ""
    return f"""\
---
{head(about, kind)}
---
# {about.name}

| what | value |
|---|---|
{table}

## Use it

{use}
It expects the chat template of its base model, and the system prompt of its training.
{end}"""


def head(about: Origin, kind: str) -> str:
    """What the Hugging Face hub reads of a page."""
    lines = {
        "license": about.licence,
        "base_model": about.base,
        "library_name": LIBRARY[kind],
        "pipeline_tag": "text-generation",
        "tags": f"[lora{', gguf' if kind == 'gguf' else ''}]",
    }
    return "\n".join(f"{name}: {value}" for name, value in lines.items() if value)


def facts(about: Origin, weights: list[Path]) -> list[tuple[str, str]]:
    """The rows of the table."""
    targets = about.lora["target_modules"]
    layers = targets if isinstance(targets, str) else " ".join(sorted(targets))
    return [
        ("base model", f"{about.base}; the SHA-256 of its weights is `{about.base_sha256}`"),
        ("licence of the base model", about.licence or f"{UNKNOWN}: look at the page of the base model"),
        *training(about),
        ("LoRA", f"rank {about.lora['r']}, alpha {about.lora['lora_alpha']}, on {layers}"),
        *(("weights", f"`{path.name}`, {path.stat().st_size:,} bytes; SHA-256 `{sha256(path)}`") for path in weights),
        ("written by", f"finetune-server, with transformers {version('transformers')} and peft {version('peft')}"),
    ]


def sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def training(about: Origin) -> list[tuple[str, str]]:
    """The rows about the job."""
    if not about.job:
        return [("data and settings", f"{UNKNOWN}: the adapter was taken in")]
    method = about.job["method"]
    numbers = method[method["type"]]["hyperparameters"] | {"seed": about.job["seed"]}
    day = datetime.fromtimestamp(about.job["created_at"], UTC)
    step = f", as it was after step {about.step}" if about.step else ""
    return [
        *((what, f"`{id}`, SHA-256 " + (f"`{sha}`" if sha else UNKNOWN)) for what, id, sha in about.files),
        ("started from", f"`{about.job['model']}`"),
        ("method", method["type"]),
        ("settings", ", ".join(f"{name} {value}" for name, value in numbers.items())),
        ("trained", f"{day:%Y-%m-%d}, job `{about.job['id']}`{step}"),
    ]


def without_head(page: str) -> str:
    """A page without the lines for the hub at its begin."""
    if page.startswith("---\n"):
        page = page.partition("\n---\n")[2]
    return page.strip() + "\n"
