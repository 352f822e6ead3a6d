"""What a text of criteria.toml changes, taken apart: each change by itself, laid over the text that
is in force. Pure.
"""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import tomlkit

Data = dict[str, Any]
Path = tuple[str, ...]
_LONGEST = 80
_NAMED = ("proof", "task")  # tables that come several times, each with a name


@dataclass(frozen=True, slots=True)
class SingleChange:
    """`name` is the setting's, or what comes and goes; `to` its new value (None: it isn't set any
    more); `text` is the criteria with this change and no other.
    """

    name: str
    to: Any
    text: str

    @property
    def shown(self) -> str:
        """'budget.fixed_minimum = 450', 'proof.Books new'; long values are cut."""
        if isinstance(self.to, Mapping):
            return f"{self.name} new"
        if self.to is None:
            return f"{self.name} taken out"
        value = tomlkit.item(self.to).as_string()
        return f"{self.name} = {value if len(value) <= _LONGEST else value[: _LONGEST - 1] + '…'}"


def single_changes(present: str, proposed: str) -> tuple[SingleChange, ...]:
    """One for each setting that differs, in the order of the proposed text; a proof or a task that
    is new or gone is one. Raises TOMLDecodeError.
    """
    before, after = tomllib.loads(present), tomllib.loads(proposed)
    return tuple(
        SingleChange(".".join(map(str, path)), value, _with(before, path, value))
        for path, value in _differing(before, after)
    )


def _differing(
    before: Data, after: Data, at: Path = (), *, rows: bool = False
) -> Iterator[tuple[Path, Any]]:
    """Of tables their settings, but for `rows`, which come and go whole."""
    for key in dict.fromkeys((*after, *before)):
        old, new, path = before.get(key), after.get(key), (*at, key)
        if old == new:
            continue
        if not at and key in _NAMED and _all_named(old) and _all_named(new):
            yield from _differing(_by_name(old), _by_name(new), path, rows=True)
        elif isinstance(new, dict) and (isinstance(old, dict) or (old is None and not rows)):
            yield from _differing(old or {}, new, path)
        else:
            yield path, new


def _all_named(rows: Any) -> bool:
    """Whether each has a name of its own; none at all counts too."""
    if rows is None:
        return True
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return False
    names = [row.get("name") for row in rows]
    return all(isinstance(name, str) for name in names) and len({*names}) == len(names)


def _by_name(rows: list[Data] | None) -> Data:
    return {row["name"]: row for row in rows or ()}


def _with(before: Data, path: Path, value: Any) -> str:
    """The present settings, as text, with one of them changed."""
    changed = copy.deepcopy(before)
    table: Any = changed
    if path[0] in _NAMED and len(path) > 1:
        table = _by_name(changed.get(path[0]))
        _put(table, path[1:], value)
        changed[path[0]] = list(table.values())
    else:
        _put(table, path, value)
    return tomlkit.dumps(changed)


def _put(table: Data, path: Path, value: Any) -> None:
    *tables, last = path
    for name in tables:
        table = table.setdefault(name, {})
    if value is None:
        table.pop(last, None)
    else:
        table[last] = value
