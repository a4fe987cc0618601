"""Ids and objects in the form in which OpenAI's API shows them."""

import secrets
import string
import time

ALPHABET = string.ascii_letters + string.digits


def new_id(prefix: str, length: int = 24) -> str:
    """A random id, for instance "file-" and 24 letters and digits."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(length))


def file_object(filename: str, purpose: str, size: int) -> dict:
    """A new file as the API shows it; `size` in bytes."""
    return {
        "id": new_id("file-"),
        "object": "file",
        "bytes": size,
        "created_at": int(time.time()),
        "filename": filename,
        "purpose": purpose,
        "status": "processed",
    }


def tier(body: dict) -> dict:
    """The field of an answer that tells which service tier gave it, if its request names one: there is one here."""
    return {"service_tier": "default"} if "service_tier" in body else {}


def tuned_name(base_model: str, suffix: str | None, job_id: str) -> str:
    """The name of a tuned model, in OpenAI's form: ft:BASE:ORGANIZATION:SUFFIX:ID."""
    return f"ft:{base_model}:local:{(suffix or '').replace('_', '-')}:{job_id[-8:]}"


def base_in_name(name: str) -> str:
    """The base model or alias that a tuned model or checkpoint bears in its name; any other name is that itself."""
    return name.removeprefix("ft:").partition(":local:")[0]
