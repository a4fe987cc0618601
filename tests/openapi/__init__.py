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


def read(path: Path) -> dict[str, Any]:
    """A description of the API, with what is known to differ from it."""
    description = mended(json.loads(path.read_text(encoding="utf-8")))
    schemas = description["components"]["schemas"]
    allow_differing_jobs(schemas["FineTuningJob"])
    allow_ends_of_empty_lists(schemas)
    allow_roles_of_kept_messages(schemas)
    allow_named_graders(schemas["GraderMulti"])
    schemas["OpenAIFile"]["properties"]["purpose"]["enum"].append("evals")  # a purpose that an upload may have
    return description


def allow_differing_jobs(job: dict[str, Any]) -> None:
    """`"error": {}` where none has failed, two more statuses, and no `hyperparameters` unless the job is supervised."""
    parts = job["properties"]
    parts["error"] = {"anyOf": [parts["error"], {"type": "object", "maxProperties": 0}]}
    parts["status"]["enum"] += ["pausing", "paused"]
    parts["hyperparameters"] = {"anyOf": [parts["hyperparameters"], {"type": "null"}]}
    newer = {"properties": {"method": {"properties": {"type": {"enum": ["dpo", "reinforcement"]}}}}}
    job["anyOf"] = [{"properties": {"hyperparameters": {"type": "object"}}}, newer | {"required": ["method"]}]


def allow_named_graders(multi: dict[str, Any]) -> None:
    """A multi grader holds several, by name, as OpenAI's guide shows them and its formula needs; described is one."""
    parts = multi["properties"]
    parts["graders"] = {"anyOf": [parts["graders"], {"type": "object", "additionalProperties": parts["graders"]}]}


def allow_ends_of_empty_lists(schemas: dict[str, Any]) -> None:
    """`first_id` and `last_id` are null where there is nothing that could be the first or the last."""
    for schema in schemas.values():
        parts = schema.get("properties", {})
        if ends := sorted(parts.keys() & {"first_id", "last_id"}):
            parts |= {name: {"anyOf": [parts[name], {"type": "null"}]} for name in ends}
            named = {"properties": {name: {"type": "string"} for name in ends}}
            schema["anyOf"] = [{"properties": {"data": {"maxItems": 0}}}, named]


def allow_roles_of_kept_messages(schemas: dict[str, Any]) -> None:
    """The messages of a kept completion are those that it answered, not answers only."""
    answer = schemas["ChatCompletionResponseMessage"]
    roles = {"role": {"type": "string", "enum": ["developer", "system", "user", "assistant", "tool", "function"]}}
    kept = schemas["ChatCompletionMessageList"]["properties"]["data"]["items"]["allOf"]
    kept[0] = answer | {"properties": answer["properties"] | roles}


DESCRIPTION = read(Path(__file__).with_name("fine_tuning.schema.json"))
ERROR = {"type": "object", "required": ["error"], "properties": {"error": {"$ref": "#/components/schemas/Error"}}}


def accepts(body, method, path, status=200, kind="application/json"):
    """Raises jsonschema's ValidationError where this is not what the operation answers."""
    judge(method.lower(), template(path), status, kind).validate(body)


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
