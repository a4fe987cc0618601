"""The card of the trained model that comes with the course, written from its provenance."""

from pathlib import Path

HUB = {"SmolLM2-135M-Instruct": "HuggingFaceTB/SmolLM2-135M-Instruct"}  # where a base model lies on the hub

TEMPLATE = Path(__file__).with_suffix(".md")


def card(about: dict) -> str:
    """The page for a provenance, as `tools.ship_adapter` makes it."""
    job, weights, measured = about["job"], about["weights"], about["measured"]
    low, high = measured["interval"]
    numbers = job["hyperparameters"] | {"seed": job["seed"], "LoRA rank": job["rank"], "on": " ".join(job["layers"])}
    values = {
        **about,
        **weights,
        **measured,
        "hub": HUB.get(about["base_model"], about["base_model"]),
        "base_sha256": about["server"]["weights_sha256"],
        "data": "\n".join(f"| data | `{path}`, SHA-256 `{digest}` |" for path, digest in about["data"].items()),
        "settings": ", ".join(f"{name} {value}" for name, value in numbers.items()),
        "minutes": job["seconds"] / 60,
        "trained_tokens": job["trained_tokens"],
        "device": about["server"]["device"],
        "versions": ", ".join(f"{name} {version}" for name, version in about["server"]["versions"].items()),
        "megabytes": weights["bytes"] / 1e6,
        "rate": measured["right"] / measured["of"],
        "low": low,
        "high": high,
    }
    return TEMPLATE.read_text(encoding="utf-8").format_map(values)
