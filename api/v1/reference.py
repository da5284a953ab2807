"""The OpenAPI document laid out for people to read."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Field:
    """`kind` says what it may hold, in a few words."""

    name: str
    kind: str
    required: bool
    description: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`codes` maps a refusal's code to its words."""

    status: str
    description: str
    codes: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    name: str
    method: str
    path: str
    summary: str
    description: str
    scope: str
    parameters: list[Field]
    body: list[Field]
    result: list[Field]
    answers: list[Answer]
    example: str


def endpoints(document: Schema, *, site: str) -> dict[str, list[Endpoint]]:
    """Every endpoint in `document`, by tag, in the document's order. Examples call `site`."""
    found: dict[str, list[Endpoint]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            found.setdefault(operation["tags"][0], []).append(_endpoint(document, method, path, operation, site))
    return found


def _endpoint(document: Schema, method: str, path: str, operation: Schema, site: str) -> Endpoint:
    scopes = operation["security"][0].get("Bearer", [])
    sent, returned = _body(operation), _result(operation)
    return Endpoint(
        name=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=operation.get("description", ""),
        scope=scopes[0] if scopes else "",
        parameters=[_parameter(document, each) for each in operation["parameters"]],
        body=list(_fields(document, sent)) if sent else [],
        result=list(_fields(document, returned)),
        answers=[_answer(document, status, each) for status, each in operation["responses"].items()],
        example=_curl(document, method, site + path, bool(scopes), sent),
    )


def _body(operation: Schema) -> Schema | None:
    body = operation.get("requestBody")
    schema: Schema | None = body["content"]["application/json"]["schema"] if body else None
    return schema


def _result(operation: Schema) -> Schema:
    good = next(answer for status, answer in operation["responses"].items() if status < "300")
    schema: Schema = good["content"]["application/json"]["schema"]
    return schema


def _parameter(document: Schema, parameter: Schema) -> Field:
    return Field(
        name=parameter["name"],
        kind=_kind(document, parameter["schema"]),
        required=parameter["required"],
        description=parameter.get("description", ""),
    )


def _answer(document: Schema, status: str, answer: Schema) -> Answer:
    whole = _resolved(document, answer)
    return Answer(status=status, description=whole["description"], codes=whole.get("x-codes", {}))


def _fields(document: Schema, schema: Schema, prefix: str = "") -> Iterator[Field]:
    """Every field of an object, those of objects within it by paths such as `items[].id`."""
    whole = _resolved(document, schema)
    for name, each in whole.get("properties", {}).items():
        yield Field(
            name=prefix + name,
            kind=_kind(document, each),
            required=name in whole.get("required", []),
            description=each.get("description", ""),
        )
        inner, mark = _inside(document, each)
        yield from _fields(document, inner, f"{prefix}{name}{mark}.")


def _inside(document: Schema, schema: Schema) -> tuple[Schema, str]:
    """What the fields of a field are read from, and the mark of a list."""
    plain = _without_null(_resolved(document, schema))
    if plain.get("type") == "array":
        return plain["items"], "[]"
    return plain, ""


def _kind(document: Schema, schema: Schema) -> str:
    whole = _resolved(document, schema)
    plain = _resolved(document, _without_null(whole))
    kind = _plain_kind(document, plain)
    return f"{kind}, or null" if plain is not whole else kind


def _plain_kind(document: Schema, schema: Schema) -> str:
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    if schema["type"] == "array":
        return f"list of {_kind(document, schema['items'])}{_bounds(schema, 'Items')}"
    if schema["type"] == "integer":
        return f"integer{_bounds(schema, 'imum')}"
    return f"{schema.get('format', schema['type'])}{_bounds(schema, 'Length')}"


def _bounds(schema: Schema, what: str) -> str:
    """`, 1 to 100` where the schema says so; bounds that only a database has are not worth reading."""
    least, most = schema.get(f"min{what}"), schema.get(f"max{what}")
    unit = {"Items": "", "Length": " characters", "imum": ""}[what]
    if most is None or most > 10**9:
        return ""
    return f", {least} to {most}{unit}" if least else f", at most {most}{unit}"


def _without_null(schema: Schema) -> Schema:
    kinds = [each for each in schema.get("anyOf", []) if each.get("type") != "null"]
    return kinds[0] if kinds else schema


def _resolved(document: Schema, schema: Schema) -> Schema:
    if "$ref" not in schema:
        return schema
    part: Schema = document
    for name in schema["$ref"].removeprefix("#/").split("/"):
        part = part[name]
    return part


def _curl(document: Schema, method: str, url: str, private: bool, sent: Schema | None) -> str:  # noqa: FBT001 - one caller
    lines = [f"curl {url}"]
    if private:
        lines.append('-H "Authorization: Bearer $TOKEN"')
    if method == "post":
        lines.append('-X POST -H "Idempotency-Key: $(uuidgen)"')
    if sent:
        example = json.dumps(_resolved(document, sent)["examples"][0], ensure_ascii=False, indent=2)
        lines.append(f"-H \"Content-Type: application/json\" -d '{example}'")
    return " \\\n  ".join(lines)
