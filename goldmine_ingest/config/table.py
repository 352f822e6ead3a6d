"""Reading one TOML table: the keys that are declared, or keys taken one by one; what is wrong is
noted, and so is what nobody asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from goldmine_ingest.config.problems import Problem
from goldmine_ingest.settings.declaration import attribute_of, declared
from goldmine_ingest.settings.kinds import Kind, Wrong, WrongItems, kind_of, nearest

T = TypeVar("T")
D = TypeVar("D")
S = TypeVar("S")

_MOST_ROWS = 10_000


class Table:
    """A table of a configuration file. `path` is its dotted path ('feed[2]', '' for the file);
    problems go to the shared list.
    """

    def __init__(
        self, data: Mapping[str, Any], path: str, problems: list[Problem], *, present: bool = True
    ) -> None:
        self._data = data
        self._asked: dict[str, None] = {}
        self.path = path
        self.problems = problems
        self.present = present

    def __contains__(self, key: str) -> bool:
        return key in self._data

    def where(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path and key else self.path or key

    def wrong(self, key: str, message: str, expected: str = "") -> None:
        self.problems.append(Problem(self.where(key), message, expected))

    def take(self, key: str, kind: Kind[T], default: D) -> T | D:
        """The value under `key`, or `default` where it is absent or wrong (which is noted)."""
        self._asked[key] = None
        if key not in self._data:
            return default
        try:
            return kind(self._data[key])
        except WrongItems as wrong:
            for place, item in wrong.items:
                self.wrong(f"{key}{place}", item.message, item.expected)
        except Wrong as wrong:
            self.wrong(key, wrong.message, wrong.expected)
        return default

    def need(self, key: str, kind: Kind[T]) -> T | None:
        """The value under `key`; None where it is missing or wrong, which is noted."""
        if key not in self._data:
            self._asked[key] = None
            self.wrong(key, "is missing", kind.expected)
            return None
        return self.take(key, kind, None)

    def raw(self, key: str) -> Any:
        """What stands under `key`, unread; None if nothing does."""
        return self._data.get(key)

    def keys(self) -> tuple[str, ...]:
        """All keys; whoever reads a table of free names (headers, aliases) takes each of them."""
        return tuple(self._data)

    def sub(self, key: str) -> Table:
        """The table under `key`; an empty one if it is absent (`present` tells)."""
        self._asked[key] = None
        values = self._data.get(key, {})
        if not isinstance(values, dict):
            self.wrong(key, f"is {kind_of(values)}", f"a table, [{self.where(key)}]")
            values = {}
        return Table(values, self.where(key), self.problems, present=key in self._data)

    def rows(self, key: str) -> list[Table]:
        """The tables of an array, [[key]]."""
        self._asked[key] = None
        rows = self._data.get(key, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.wrong(key, f"is {kind_of(rows)}", f"tables that begin with [[{key}]]")
            return []
        if len(rows) > _MOST_ROWS:
            self.wrong(key, f"occurs {len(rows)} times", f"at most {_MOST_ROWS}")
            return []
        return [
            Table(row, f"{self.where(key)}[{index}]", self.problems)
            for index, row in enumerate(rows)
        ]

    def named(self, key: str) -> dict[str, Table]:
        """The tables under `key` by their names, [key.NAME]."""
        parent = self.sub(key)
        return {name: parent.sub(name) for name in parent.keys()}  # noqa: SIM118 - a Table is no mapping

    def close(self) -> None:
        """Notes the keys that nobody asked for, each with the known key that is nearest."""
        for key in self._data:
            if key not in self._asked:
                self.wrong(key, "is not a known setting", nearest(key, self._asked))


def read_table(table: Table, settings: type[S], **given: Any) -> S:
    """The settings of a table, as `settings` declares them; what is wrong is noted and read as
    absent. `given` are defaults that another table says, and fields that aren't keys.
    """
    values = {**given}
    keys: type = settings
    for key, setting in declared(keys).items():
        name = attribute_of(key)
        default = given.get(name, setting.value)
        if setting.needed:
            read = table.need(key, setting.kind)
            values[name] = default if read is None else read
        else:
            values[name] = table.take(key, setting.kind, default)
    table.close()
    return settings(**values)
