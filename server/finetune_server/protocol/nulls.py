"""Nulls in a request, which mean "not given" wherever a parameter is optional."""

from typing import Any

AS_GIVEN = ("parameters", "schema", "metadata", "logit_bias")  # JSON schemas, where null is a value, and maps


def drop_nulls(value: Any) -> Any:
    """The same value, without the fields of its objects that are null."""
    if isinstance(value, list):
        return [drop_nulls(part) for part in value]
    if not isinstance(value, dict):
        return value
    given = {name: part for name, part in value.items() if part is not None}
    return {name: part if name in AS_GIVEN else drop_nulls(part) for name, part in given.items()}
