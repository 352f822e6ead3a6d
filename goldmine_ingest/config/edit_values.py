"""Setting single values of criteria.toml: what stands in it stays, remarks too."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from goldmine_ingest.config.overrides import overridden, toml_text
from goldmine_ingest.config.problems import Problem, refuse
from goldmine_ingest.errors import ConfigError

_HEADER = re.compile(r"\s*(\[+)\s*([^\]]+?)\s*\]+\s*(?:#.*)?")


def with_values(text: str, changes: Sequence[str], file: str) -> str:
    """The text of `file` with each "KEY=VALUE" of `changes` in it (see overrides.py).

    What comes of it is read again: it says what was meant and nothing else, or ConfigError is
    raised.
    """
    problems: list[Problem] = []
    for change in changes:
        meant = overridden(text, [change], problems)
        if problems:
            raise refuse(problems, "the criteria with your changes")
        key, _, value = change.partition("=")
        path = _place(meant, key.strip())
        written = toml_text(value.strip())
        for write in (_by_lines, _by_tomlkit):
            after = write(text, path, written)
            if _says(after, meant):
                break
        else:
            raise ConfigError(
                f"{key.strip()} can't be set by a program", subject=file, hint="set it by hand"
            )
        text = after
    return text


def with_proof(text: str, block: str, file: str) -> str:
    """The text with the [[proof]] `block` after the last proof, or at the end. ConfigError where it
    wouldn't be read as it was meant.
    """
    before, added = _read(text), _read(block)
    if before is not None and added is not None:
        lines = text.splitlines(keepends=True)
        tables = [number for number, line in enumerate(lines) if _header(line) == ("[[", "proof")]
        end = _end(lines, tables[-1]) if tables else len(lines)
        after = "".join([*_closed(lines[:end]), "\n", block, *lines[end:]])
        if _says(after, {**before, "proof": [*before.get("proof", []), *added["proof"]]}):
            return after
    raise ConfigError(
        "can't be added to by a program", subject=file, hint="add the [[proof]] by hand"
    )


def _place(meant: Mapping[str, Any], key: str) -> tuple[str | int, ...]:
    """Where a key lies: names of tables, and the number of a proof."""
    if key.startswith("proof."):
        name, _, last = key.removeprefix("proof.").rpartition(".")
        numbers = [n for n, one in enumerate(meant["proof"]) if one.get("name") == name]
        return "proof", numbers[0], last
    return tuple(key.split("."))


def _by_lines(text: str, path: tuple[str | int, ...], written: str) -> str:
    """The value on its line, or a line after the last of its table, or a table at the end."""
    *table, key = path
    lines = text.splitlines(keepends=True)
    newline = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    line = f"{key} = {written}"
    start = _start(lines, table)
    if start is None:
        name = ".".join(str(part) for part in table)
        return "".join([*_closed(lines), newline, f"[{name}]{newline}{line}{newline}"])
    for number in range(start + 1, _next_header(lines, start)):
        if re.match(rf"\s*{re.escape(str(key))}\s*=", lines[number]):
            lines[number] = _replaced(lines[number].rstrip("\r\n"), line) + newline
            return "".join(lines)
    end = _end(lines, start)
    return "".join([*_closed(lines[:end]), f"{line}{newline}", *lines[end:]])


def _start(lines: Sequence[str], table: Sequence[str | int]) -> int | None:
    """The line of a table's header."""
    if table and table[0] == "proof":
        rows = [number for number, line in enumerate(lines) if _header(line) == ("[[", "proof")]
        return rows[int(table[1])] if int(table[1]) < len(rows) else None
    name = ".".join(str(part) for part in table)
    return next((n for n, line in enumerate(lines) if _header(line) == ("[", name)), None)


def _header(line: str) -> tuple[str, str] | None:
    match = _HEADER.fullmatch(line.rstrip("\r\n"))
    return (match[1], match[2]) if match else None


def _next_header(lines: Sequence[str], start: int) -> int:
    following = range(start + 1, len(lines))
    return next((number for number in following if _header(lines[number])), len(lines))


def _end(lines: Sequence[str], start: int) -> int:
    """The line after the last one of a table that says something."""
    lines_with_text = [
        number
        for number in range(start, _next_header(lines, start))
        if (line := lines[number].strip()) and not line.startswith("#")
    ]
    return lines_with_text[-1] + 1


def _closed(lines: list[str]) -> list[str]:
    """The lines, the last one ended."""
    if lines and not lines[-1].endswith(("\n", "\r")):
        return [*lines[:-1], f"{lines[-1]}\n"]
    return lines


def _replaced(before: str, line: str) -> str:
    """A line in place of another, whose remark stays where it was if there is room."""
    for place in (match.start() for match in re.finditer("#", before)):
        if _read(before[:place]) is not None:
            return f"{line:<{place - 1}} {before[place:]}"
    return line


def _by_tomlkit(text: str, path: tuple[str | int, ...], written: str) -> str:
    """The same by a library that knows all of TOML: for values of several lines and tables within
    braces.
    """
    try:
        document = tomlkit.parse(text)
        table: Any = document
        for part in path[:-1]:
            table = table[part] if isinstance(part, int) else table.setdefault(part, {})
        table[path[-1]] = tomlkit.value(written)
    except (TOMLKitError, AttributeError, TypeError, ValueError, LookupError):
        return text
    return tomlkit.dumps(document)


def _says(text: str, meant: Mapping[str, Any]) -> bool:
    return _read(text) == meant


def _read(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError:
        return None
