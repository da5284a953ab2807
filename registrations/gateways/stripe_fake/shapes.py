"""Whether a request has the shape that Stripe's own library writes down for it in its TypedDicts."""

import re
import sys
from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl

from stripe import RequestOptions

from registrations.gateways.stripe_fake.problems import Problem, Thing

PART = re.compile(r"[^\[\]]+")
WHOLE = re.compile(r"-?\d+", re.ASCII)


def unfolded(text: str) -> Thing:
    """The parameters that `a[b][0]=c` stands for; what is numbered becomes a list."""
    found: Thing = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        *above, last = PART.findall(name)
        inner = found
        for part in above:
            inner = inner.setdefault(part, {})
            if not isinstance(inner, dict):
                raise Problem(f"Invalid object: {name}", param=name)
        inner[last] = value
    return {name: _with_lists(value) for name, value in found.items()}


def checked(asked: Thing, shape: type) -> Thing:
    """Return `asked` with its numbers and truths, as `shape` says.

    :param shape: a TypedDict of `stripe.params`
    :raises Problem: for what is unknown, missing or of another type
    """
    return _table(asked, shape, "")


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _with_lists(each) for name, each in value.items()}
    if all(name.isdecimal() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


@cache
def _fields(shape: type) -> dict[str, Any]:
    names = {**vars(sys.modules[shape.__module__]), "Mapping": Mapping, "StripeContext": object}
    hints = get_type_hints(shape, names, include_extras=True)
    return {name: hint for name, hint in hints.items() if name not in RequestOptions.__annotations__}


def _table(value: Any, shape: type, path: str) -> Thing:
    if not isinstance(value, dict):
        raise Problem(f"Invalid object: {path}", param=path)
    fields = _fields(shape)
    for name in value:
        if name not in fields:
            where = _inside(path, name)
            raise Problem(f"Received unknown parameter: {where}", code="parameter_unknown", param=where)
    for name, hint in fields.items():
        if get_origin(hint) is not NotRequired and name not in value:
            where = _inside(path, name)
            raise Problem(f"Missing required param: {where}.", code="parameter_missing", param=where)
    return {name: _value(each, fields[name], _inside(path, name)) for name, each in value.items()}


def _value(value: Any, hint: Any, path: str) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (NotRequired, Required):
        return _value(value, inner[0], path)
    if origin in (Union, UnionType):
        return _one_of(value, inner, path)
    if origin is Literal:
        if value not in inner:
            raise Problem(f"Invalid {path}: must be one of {', '.join(map(str, inner))}", param=path)
        return value
    if origin is list:
        if not isinstance(value, list):
            raise Problem("Invalid array", param=path)
        return [_value(each, inner[0], f"{path}[{number}]") for number, each in enumerate(value)]
    if origin is dict or (isinstance(hint, type) and issubclass(hint, dict)):  # a TypedDict is a dict
        return _words(value, path) if origin is dict else _table(value, hint, path)
    if origin is not None:  # an object that the library has read may be sent back, but looks otherwise by then
        raise Problem(f"Invalid object: {path}", param=path)
    return _plain(value, hint, path)


def _one_of(value: Any, hints: tuple[Any, ...], path: str) -> Any:
    """The library allows any text beside its literals, for an API newer than itself; here the literals count."""
    literal = any(get_origin(each) is Literal for each in hints)
    problems = []
    for each in hints:
        if each is str and literal:
            continue
        try:
            return _value(value, each, path)
        except Problem as problem:
            problems.append(problem)
    raise problems[0]


def _words(value: Any, path: str) -> Thing:
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise Problem(f"Invalid object: {path}", param=path)
    return value


def _plain(value: Any, hint: Any, path: str) -> Any:
    if not isinstance(value, str):
        raise Problem(f"Invalid string: {path}", param=path)
    if hint is int:
        if not WHOLE.fullmatch(value):
            raise Problem(f"Invalid integer: {value}", code="parameter_invalid_integer", param=path)
        return int(value)
    if hint is bool:
        if value not in ("true", "false"):
            raise Problem(f"Invalid boolean: {value}", param=path)
        return value == "true"
    if not value:
        raise Problem(f"You passed an empty string for '{path}'.", code="parameter_invalid_empty", param=path)
    return value


def _inside(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name
