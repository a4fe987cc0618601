"""The form that a request wants its answer in: any text, a JSON object, or JSON that fits a schema."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openai.types.responses import ResponseFormatTextJSONSchemaConfigParam
from openai.types.shared_params import ResponseFormatJSONObject, ResponseFormatJSONSchema, ResponseFormatText
from openai.types.shared_params.response_format_json_schema import JSONSchema

from .errors import ApiError
from .validate import check, check_names, dotted

FORMATS = {"text": ResponseFormatText, "json_object": ResponseFormatJSONObject}  # alike in both APIs
NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")


@dataclass(frozen=True)
class JsonForm:
    """A JSON schema that an answer or an argument is held to; `param` is the request's name for it."""

    schema: dict
    strict: bool
    param: str


def read_response_format(given: Any, param: str = "response_format") -> JsonForm | None:
    """The form of a chat completion's answer, None for any text. Raises an ApiError."""
    if given is None:
        return None
    kind = _checked_type(given, FORMATS | {"json_schema": ResponseFormatJSONSchema}, param)
    if kind == "json_schema":
        check_names(given["json_schema"], JSONSchema.__annotations__, f"{param}.json_schema")
        return _json_schema(given["json_schema"], f"{param}.json_schema")
    return JsonForm({"type": "object"}, False, param) if kind == "json_object" else None


def read_text(given: Any) -> JsonForm | None:
    """The form of a response's answer, None for any text. Raises an ApiError."""
    given = {} if given is None else given
    if not isinstance(given, dict):
        raise ApiError(400, "Invalid value for 'text': expected an object.", param="text")
    check_names(given, ("format", "verbosity"), "text")
    if given.get("verbosity") not in (None, "medium"):
        raise ApiError(400, "This server writes with the verbosity 'medium' only.", param="text.verbosity")
    if given.get("format") is None:
        return None
    param = "text.format"
    kind = _checked_type(given["format"], FORMATS | {"json_schema": ResponseFormatTextJSONSchemaConfigParam}, param)
    if kind == "json_schema":
        return _json_schema(given["format"], param)
    return JsonForm({"type": "object"}, False, param) if kind == "json_object" else None


def _checked_type(given: Any, formats: dict, param: str) -> str:
    """The type of a format, or an ApiError for what is wrong with it."""
    kind = given.get("type") if isinstance(given, dict) else None
    if not isinstance(kind, str) or kind not in formats:
        message = f"Invalid value for '{param}.type': expected one of {', '.join(formats)}."
        raise ApiError(400, message, param=f"{param}.type")
    check(formats[kind], given, param)
    check_names(given, formats[kind].__annotations__, param)
    return kind


def _json_schema(given: dict, param: str) -> JsonForm:
    """The form in an object with a `name`, a `schema` and perhaps `strict`. Raises an ApiError."""
    if not NAME.fullmatch(given["name"]):
        message = f"Invalid '{param}.name': expected up to 64 letters, digits, underscores and hyphens."
        raise ApiError(400, message, param=f"{param}.name")
    if given.get("schema") is None:
        raise ApiError(400, f"Missing required parameter: '{param}.schema'.", param=f"{param}.schema")
    form = JsonForm(given["schema"], given.get("strict") is True, f"{param}.schema")
    if form.strict:
        check_strict(form)
    return form


def check_strict(form: JsonForm) -> None:
    """Raise an ApiError unless a schema keeps OpenAI's rules for `strict`: all properties required, and no others."""
    if form.schema.get("type") != "object":
        raise schema_error(form, "with 'strict', its type must be \"object\"")
    for place, schema in _schemas(form.schema):
        properties = schema.get("properties")
        if schema.get("type") != "object" and properties is None:
            continue
        where = f"in {place}, " if place else ""
        if schema.get("additionalProperties") is not False:
            raise schema_error(form, f"{where}with 'strict', 'additionalProperties' must be false")
        names = list(properties) if isinstance(properties, dict) else []
        required = schema.get("required")
        if missing := [name for name in names if not isinstance(required, list) or name not in required]:
            raise schema_error(form, f"{where}with 'strict', 'required' must name all properties, also {missing[0]!r}")


def schema_error(form: JsonForm, why: str) -> ApiError:
    return ApiError(400, f"Invalid schema for '{form.param}': {why}.", param=form.param, code="invalid_json_schema")


def _schemas(root: dict) -> Iterator[tuple[str, dict]]:
    """A schema and all that are in it, with their places."""
    left: deque[tuple[str, Any]] = deque([("", root)])
    while left:
        place, schema = left.popleft()
        if isinstance(schema, list):
            left += [(f"{place}[{n}]", part) for n, part in enumerate(schema)]
        elif isinstance(schema, dict):
            yield place, schema
            for key in ("properties", "$defs", "definitions"):
                if isinstance(schema.get(key), dict):
                    left += [(dotted(dotted(place, key), name), part) for name, part in schema[key].items()]
            left += [(dotted(place, key), schema.get(key)) for key in ("items", "anyOf", "allOf", "oneOf")]
