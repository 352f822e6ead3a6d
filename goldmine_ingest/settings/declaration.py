"""How a setting is declared: once, as a field of the frozen dataclass that the code uses.

    hourly_minimum: Decimal | None = setting(money, None, "least that an hour must pay", example=40)

The field's name is the key. How it is read, its default, its remark in the files that `goldmine
init` writes, the JSON Schema and docs/settings.md come from there (`config/table.py` reads,
`tools/make_settings.py` writes).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import cache
from keyword import iskeyword
from typing import Any, Literal, TypeVar, overload

from goldmine_ingest.settings.kinds import Kind

T = TypeVar("T")
# A value as it is written in a file.
Written = str | bool | int | Decimal | list[Any] | dict[str, Any]


@dataclass(frozen=True, slots=True)
class Setting:
    """What is said of one key: its default, `written` as in a file (None: it has none) and as a
    `value`; its meaning in one line; an example where there is no default. `needed`: the table is
    of no use without it, and `value` stands in its place until the problem is mended.
    """

    kind: Kind[Any]
    written: Written | None
    value: Any
    doc: str
    example: Written | None = None
    needed: bool = False


@overload
def setting(kind: Kind[T], default: Written, doc: str, *, example: Written | None = None) -> T: ...
@overload
def setting(
    kind: Kind[T], default: None, doc: str, *, example: Written | None = None
) -> T | None: ...
def setting(kind: Kind[Any], default: Any, doc: str, *, example: Written | None = None) -> Any:
    """A field that is a key of a file. `default` is written as in the file ("5m") and read by
    `kind`; None: there is none, and the field is None without the key.
    """
    value = None if default is None else kind(default)
    metadata = {"setting": Setting(kind, default, value, doc, example)}
    if isinstance(value, dict):
        return field(default_factory=lambda: value, metadata=metadata)
    return field(default=value, metadata=metadata)


def needed(
    kind: Kind[T], doc: str, *, example: Written, missing: T | None = None
) -> Mapping[str, Setting]:
    """The metadata of a field whose key must be there:
    `name: str = field(metadata=needed(kinds.name, "unique", example="phone"))`.
    """
    return {"setting": Setting(kind, None, missing or "", doc, example, needed=True)}


@cache
def declared(settings: type) -> Mapping[str, Setting]:
    """The keys of a table, in the order of their declaration."""
    return {
        key_of(each.name): each.metadata["setting"]
        for each in fields(settings)
        if "setting" in each.metadata
    }


def key_of(attribute: str) -> str:
    """The key of a field: its name, without what a word of Python needs behind it (`pass_`)."""
    return attribute.removesuffix("_")


def attribute_of(key: str) -> str:
    """The field of a key."""
    return f"{key}_" if iskeyword(key) else key


@dataclass(frozen=True, slots=True)
class Section:
    """A table of a file: [name], [[name]] or [name.KEY], by `form`. `keys` is the dataclass that
    declares its keys, or the kind of the whole table where names are free.
    """

    name: str
    keys: type | Kind[Any]
    doc: str
    form: Literal["once", "rows", "named"] = "once"
