"""Request parameters, decoded and held to the Stripe library's own typed dictionaries.

`stripe.params` says what a call takes, generated from Stripe's specification. Walking those types
here means that a wrong name, a removed parameter or a wrong word fails locally as it would there.
The library widens its word lists with `| str` so that old clients survive new words; that arm is
dropped, because here a misspelt word must not pass.
"""

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from stripe import RequestOptions
from typing_extensions import is_typeddict

from orders.payments.localstripe.errors import ApiError

REMOVED = {"payment_method_types": "payment_method_types_no_longer_supported"}
_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)
# The library's request options share the dictionaries, but travel as headers.
_OPTIONS = frozenset(RequestOptions.__annotations__)
_DEPTH = 8


def decode(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Turn `a[b][0]=c` pairs into nested dictionaries. Refuses keys that contradict each other."""
    root: dict[str, Any] = {}
    for key, value in pairs:
        match = _KEY.fullmatch(key)
        steps = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])] if match else []
        if not 0 < len(steps) <= _DEPTH:
            raise ApiError(f"Invalid parameter name: {key[:80]}", param=key[:80])
        node = root
        for step in steps[:-1]:
            node = node.setdefault(step or str(len(node)), {})
            if not isinstance(node, dict):
                raise ApiError(f"Parameter {key} is given twice in different shapes", param=key)
        last = steps[-1] or str(len(node))
        if last in node:
            raise ApiError(f"Parameter {key} is given twice", param=key)
        node[last] = value
    return root


def check(params: dict[str, Any], typed: Any) -> dict[str, Any]:
    """Return `params` with typed values, or raise ApiError naming the parameter at fault."""
    return _dictionary(params, typed, "")


@cache
def _fields(typed: Any) -> dict[str, Any]:
    own = {name: hint for name, hint in typed.__annotations__.items() if name not in _OPTIONS}
    # The options name types that are imported for type checkers only; so they are left out first.
    shell = type(typed.__name__, (), {"__annotations__": own, "__module__": typed.__module__})
    return get_type_hints(shell)


def _dictionary(value: Any, typed: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ApiError(f"Invalid object: {path}", param=path, code="parameter_invalid_object")
    fields = _fields(typed)
    for name in value:
        where = f"{path}[{name}]" if path else name
        if name not in fields:
            message = f"Received unknown parameter: {where}"
            code = REMOVED.get(name, "parameter_unknown")
            raise ApiError(message, param=where, code=code)
    for name in typed.__required_keys__ - value.keys() - _OPTIONS:
        where = f"{path}[{name}]" if path else name
        message = f"Missing required param: {where}."
        raise ApiError(message, param=where, code="parameter_missing")
    return {
        name: _value(given, fields[name], f"{path}[{name}]" if path else name)
        for name, given in value.items()
    }


def _value(value: Any, hint: Any, path: str) -> Any:
    origin = get_origin(hint)
    if origin is Union or origin is UnionType:
        return _any_of(value, get_args(hint), path)
    if is_typeddict(hint):
        return _dictionary(value, hint, path)
    if origin is list:
        return _list(value, get_args(hint)[0], path)
    if origin is dict:
        if not isinstance(value, dict):
            raise ApiError(f"Invalid object: {path}", param=path, code="parameter_invalid_object")
        arm = get_args(hint)[1]
        return {name: _value(item, arm, f"{path}[{name}]") for name, item in value.items()}
    if not isinstance(value, str):
        raise ApiError(f"Invalid string: {path}", param=path, code="parameter_invalid_string")
    return _scalar(value, hint, path)


def _any_of(value: Any, arms: tuple[Any, ...], path: str) -> Any:
    has_words = any(word for arm in arms if get_origin(arm) is Literal for word in get_args(arm))
    refusal: ApiError | None = None
    for arm in arms:
        if arm is type(None) or (arm is str and has_words):
            continue
        if get_origin(arm) not in (None, list, dict, Literal, Union, UnionType):
            continue  # the library's own object classes, which never travel
        try:
            return _value(value, arm, path)
        except ApiError as error:
            refusal = refusal or error
    raise refusal or ApiError(f"Invalid value: {path}", param=path)


def _list(value: Any, item: Any, path: str) -> list[Any]:
    if not isinstance(value, dict) or not all(_WHOLE.fullmatch(key) for key in value):
        raise ApiError(f"Invalid array: {path}", param=path, code="parameter_invalid_array")
    return [_value(value[key], item, f"{path}[{key}]") for key in sorted(value, key=int)]


def _scalar(value: str, hint: Any, path: str) -> Any:
    if get_origin(hint) is Literal:
        if value in get_args(hint):
            return value
        words = ", ".join(str(word) for word in get_args(hint) if word)
        raise ApiError(f"Invalid {path}: must be one of {words}", param=path)
    if hint is str:
        return value
    if hint is bool and value in ("true", "false"):
        return value == "true"
    if hint is int and _WHOLE.fullmatch(value):
        return int(value)
    if hint is Decimal:
        try:
            return Decimal(value)
        except InvalidOperation:
            pass
    kind = {int: "integer", bool: "boolean", Decimal: "decimal"}.get(hint, "value")
    raise ApiError(f"Invalid {kind}: {value[:80]}", param=path, code=f"parameter_invalid_{kind}")
