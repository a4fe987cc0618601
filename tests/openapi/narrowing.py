"""OpenAI's description, narrowed to what a server has, so that requests made from it come to something."""

import json

from . import ERROR

FEW = {  # narrowed, so that a case does not take minutes
    "n": {"type": "integer", "minimum": 1, "maximum": 3},
    "max_completion_tokens": {"type": "integer", "minimum": 1, "maximum": 8},
    "max_tokens": {"type": "integer", "minimum": 1, "maximum": 8},
}


def narrowed(description: dict, offered: list[tuple[str, str]], known: dict[str, list[str]]) -> dict:
    """The description of the operations that are offered, with ids that are there; what it does not tell is added."""
    text = json.dumps(description)
    description = json.loads(text)
    for name, schema in description["components"]["schemas"].items():
        if name.endswith("Request"):
            narrow(schema, known)
    uploaded = description["components"]["schemas"]["CreateFileRequest"]["properties"]
    uploaded.pop("expires_after")  # a form spells an empty object as it spells none
    error = {"description": "refused", "content": {"application/json": {"schema": ERROR}}}
    paths: dict[str, dict] = {}
    for path, method in offered:
        operation = description["paths"][path][method]
        operation["responses"]["default"] = error
        operation["responses"].pop("429", None)
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "query" and parameter.get("style") == "deepObject":
                parameter["schema"] = {"type": "object"}  # the query `k[a]=true` is made of True and "true" alike
            if parameter["in"] == "path" and (ids := known.get(parameter["name"])):
                parameter["schema"] = {"type": "string", "enum": ids[-1:] if method == "delete" else ids[:-1]}
        paths.setdefault(path, {})[method] = operation
    if "/files/{file_id}/content" in paths:
        paths["/files/{file_id}/content"]["get"]["responses"]["200"]["content"] = {"application/octet-stream": {}}
    return description | {"paths": paths, "security": [], "servers": []}


def narrow(schema, known: dict[str, list[str]]) -> None:
    """In a schema of a request: ids that are there, few tokens, and null wherever a name may be left out."""
    if isinstance(schema, list):
        for part in schema:
            narrow(part, known)
    if not isinstance(schema, dict):
        return
    for name, part in schema.get("properties", {}).items():
        if name in ("model", "training_file", "validation_file"):
            part = {"type": "string", "enum": known.get(name, known["training_file"])[:1]}
        part = FEW.get(name, part)
        required = name in schema.get("required", [])
        schema["properties"][name] = part if required else {"anyOf": [part, {"type": "null"}]}
    if "messages" in schema.get("properties", {}):
        schema["required"] = [*schema.get("required", []), "max_completion_tokens"]
        schema["properties"]["max_completion_tokens"] = FEW["max_completion_tokens"]
    for part in schema.values():
        narrow(part, known)
