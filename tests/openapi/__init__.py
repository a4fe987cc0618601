"""OpenAI's description of its API, which judges what a server answers. README.md says where it is from."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator


def mended(schema: Any) -> Any:
    """The description says `nullable` in places, as OpenAPI 3.0 did; JSON Schema knows a type "null"."""
    if isinstance(schema, list):
        return [mended(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    rest = {key: mended(part) for key, part in schema.items() if key != "nullable"}
    return {"anyOf": [rest, {"type": "null"}]} if schema.get("nullable") is True else rest


DESCRIPTION: dict[str, Any] = mended(
    json.loads(Path(__file__).with_name("fine_tuning.schema.json").read_text(encoding="utf-8"))
)
ERROR = {"type": "object", "required": ["error"], "properties": {"error": {"$ref": "#/components/schemas/Error"}}}


def accepts(body, method, path, status=200, kind="application/json"):
    """Raises jsonschema's ValidationError where this is not what the operation answers."""
    judge(method.lower(), template(path), status, kind).validate(with_known_exceptions(body))


@cache
def judge(method, path, status, kind):
    answers = DESCRIPTION["paths"][path][method]["responses"]
    schema = answers[str(status)]["content"][kind]["schema"] if status < 400 else ERROR
    return Draft202012Validator({**schema, "components": DESCRIPTION["components"]})


def template(path):
    """The path as the description writes it, which may have {names} in place of ids."""

    def fits(known):
        parts, asked = known.strip("/").split("/"), path.strip("/").split("/")
        return len(parts) == len(asked) and all(p.startswith("{") or p == a for p, a in zip(parts, asked, strict=True))

    return min(filter(fits, DESCRIPTION["paths"]), key=lambda known: known.count("{"))


def with_known_exceptions(body: Any) -> Any:
    """The service sends `"error": {}` in jobs that have not failed, and has statuses that its description has not.

    Its older `hyperparameters` are null unless the method is supervised, for which the description has words only.
    """
    if isinstance(body, dict):
        if body.get("hyperparameters", ()) is None and body["method"]["type"] != "supervised":
            body = body | {"hyperparameters": {}}
        if body.get("object") == "fine_tuning.job" and body.get("error") == {}:
            body = body | {"error": None}
        if body.get("status") in ("pausing", "paused"):
            body = body | {"status": "running"}
        if isinstance(body.get("data"), list):
            body = body | {"data": [with_known_exceptions(x) for x in body["data"]]}
    return body
