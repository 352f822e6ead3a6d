"""The file that `goldmine learn` writes for `goldmine criteria set --from` and the page's Tune: one
[[change]] for each, to take or leave.

A change of a list is kept as what it adds and takes out, so that several of one list, or a list
that was edited meanwhile, go together.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from goldmine_ingest.errors import ConfigError, GoldmineError
from goldmine_ingest.model import Json

NAME = "criteria.proposed.toml"
_KEYS = {"setting", "from", "to", "why", "listings"}
_HEAD = """\
# What your ratings speak for. Nothing here is in force.
# goldmine criteria set --from {name} asks for each, then shows what they would have done.
"""


@dataclass(frozen=True, slots=True)
class Edit:
    """A setting by its dotted path, as it was and as it should be."""

    setting: str
    from_value: Json | Decimal
    to_value: Json | Decimal

    def __str__(self) -> str:
        """For people: of a list only what comes and goes."""
        before, after = self.from_value, self.to_value
        if not (isinstance(before, list) and isinstance(after, list)):
            return f"{self.setting} = {toml_value(after)} (now {toml_value(before)})"
        parts = [f"with {toml_value(one)}" for one in after if one not in before]
        parts += [f"without {toml_value(one)}" for one in before if one not in after]
        return f"{self.setting} {', '.join(parts)}"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One change of a file, with why, and the listings that speak for it."""

    edit: Edit
    why: str
    listings: tuple[str, ...] = ()


def write(suggestions: Sequence[Suggestion], folder: Path) -> Path:
    """The file, replaced whole. Raises GoldmineError where it can't be written."""
    target = folder / NAME
    made = target.with_name(f".{target.name}.part")
    blocks = [_HEAD.format(name=NAME), *map(_block, suggestions)]
    try:
        made.write_text("\n".join(blocks), encoding="utf-8")
        made.replace(target)
    except OSError as error:
        raise GoldmineError(f"can't be written: {error.strerror}", subject=str(target)) from error
    finally:
        made.unlink(missing_ok=True)
    return target


def _block(suggestion: Suggestion) -> str:
    edit = suggestion.edit
    rows = {
        "setting": edit.setting,
        "from": edit.from_value,
        "to": edit.to_value,
        "why": suggestion.why,
        "listings": list(suggestion.listings),
    }
    lines = [f"{key} = {toml_value(value)}" for key, value in rows.items() if value is not None]
    return "\n".join(["[[change]]", *lines, ""])


def toml_value(value: Any) -> str:
    """Texts, numbers and lists of texts in TOML, which writes them as JSON does."""
    return f"{value:f}" if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)


def read(path: Path) -> tuple[Suggestion, ...]:
    """What such a file suggests. Raises ConfigError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError as error:
        raise ConfigError(f"can't be read: {error.strerror}", subject=str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"is no TOML: {error}", subject=str(path)) from error
    rows = data.get("change", [])
    if data.keys() - {"change"} or not isinstance(rows, list) or not all(map(_is_change, rows)):
        raise ConfigError(
            "isn't what goldmine learn writes",
            subject=str(path),
            hint="[[change]] with setting, from, to, why and listings",
        )
    return tuple(
        Suggestion(
            Edit(row["setting"], row.get("from"), row["to"]),
            row.get("why", ""),
            tuple(row.get("listings", ())),
        )
        for row in rows
    )


def _is_change(row: object) -> bool:
    return (
        isinstance(row, dict)
        and row.keys() <= _KEYS
        and isinstance(row.get("setting"), str)
        and isinstance(row.get("why", ""), str)
        and "to" in row
        and isinstance(row.get("listings", []), list)
    )


def assignments(text: str, edits: Sequence[Edit]) -> list[str]:
    """ "KEY=VALUE" for each setting that the edits change in this text of criteria.toml; none for
    what it says already.
    """
    data = tomllib.loads(text, parse_float=Decimal)
    values: dict[str, Any] = {}
    for edit in edits:
        present = values.get(edit.setting, _present(data, edit))
        values[edit.setting] = _edited(present, edit)
    return [
        f"{setting}={toml_value(value)}"
        for setting, value in values.items()
        if value != _present(data, Edit(setting, None, value))
    ]


def _present(data: Mapping[str, Any], edit: Edit) -> Any:
    """What the text says of the setting; where it says nothing, what the edit found."""
    if edit.setting.startswith("proof."):
        name, _, key = edit.setting.removeprefix("proof.").rpartition(".")
        rows = [row for row in data.get("proof", []) if row.get("name") == name]
        return rows[0].get(key, edit.from_value) if rows else edit.from_value
    table: Any = data
    for part in edit.setting.split("."):
        table = table.get(part) if isinstance(table, dict) else None
    return edit.from_value if table is None else table


def _edited(present: Any, edit: Edit) -> Any:
    """A list with what the edit adds and without what it takes out; any other value replaced."""
    before, after = edit.from_value, edit.to_value
    if not (isinstance(present, list) and isinstance(before, list) and isinstance(after, list)):
        return after
    added = [one for one in after if one not in before and one not in present]
    return [one for one in present if one in after or one not in before] + added
