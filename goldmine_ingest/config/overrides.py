"""`--set KEY=VALUE`: single settings of criteria.toml changed for a trial, as if they stood in
the file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from goldmine_ingest.config.problems import Problem

_WORD = re.compile(r"[A-Za-z][\w-]*")


def overridden(text: str, changes: Sequence[str], problems: list[Problem]) -> dict[str, Any]:
    """The tables of a criteria.toml with the changes in them; a change that can't be made is noted
    in `problems`.

    KEY is the dotted path, a proof by its name ("proof.Finance dashboard.hourly_minimum"); VALUE is
    TOML, and a bare word is a text.
    """
    data = tomllib.loads(text, parse_float=Decimal)
    for change in changes:
        key, equals, value = change.partition("=")
        if not equals or not key.strip():
            problems.append(
                Problem(
                    f"--set {change}", "sets nothing", "KEY=VALUE, such as budget.hourly_minimum=35"
                )
            )
            continue
        read = _value(value.strip(), key.strip(), problems)
        if read is not None:
            _put(data, key.strip(), read, problems)
    return data


def toml_text(text: str) -> str:
    """VALUE as TOML: a bare word gets its quotes."""
    return f'"{text}"' if _value(text, "", []) == text else text


def _value(text: str, key: str, problems: list[Problem]) -> Any:
    try:
        return tomllib.loads(f"value = {text}", parse_float=Decimal)["value"]
    except (tomllib.TOMLDecodeError, ArithmeticError, RecursionError):
        if _WORD.fullmatch(text):
            return text
    problems.append(
        Problem(key, f"{text!r} is no TOML value", 'a number, true or false, a "text" or a [list]')
    )
    return None


def _put(data: dict[str, Any], key: str, value: Any, problems: list[Problem]) -> None:
    *path, name = key.split(".")
    if path and path[0] == "proof":
        proof = key.removeprefix("proof.").rpartition(".")[0]
        table = next(
            (
                row
                for row in data.get("proof", [])
                if isinstance(row, dict) and row.get("name") == proof
            ),
            None,
        )
        if table is None:
            problems.append(Problem(key, f"there is no proof {proof!r}", "proof.NAME.KEY"))
            return
        table[name] = value
        return
    table = data
    for part in path:
        table = table.setdefault(part, {})
        if not isinstance(table, dict):
            problems.append(Problem(key, f"{part} is no table", "the dotted path of a setting"))
            return
    table[name] = value
