"""Adding feeds to goldmine.toml: what stands in it stays, remarks too, and the file is replaced
whole or not at all.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from goldmine_ingest.config.replacement import read_file, replace_file
from goldmine_ingest.errors import ConfigError

_FEED = re.compile(r"^\s*\[\[\s*feed\s*\]\]")
_HEADER = re.compile(r"^\s*\[")

# The keys of a [[feed]] to add, as they are to stand in the file.
NewFeed = Mapping[str, str]


def append_feeds(path: Path, feeds: Sequence[NewFeed]) -> None:
    """Appends a [[feed]] each, after those that are there. Raises GoldmineError if the file can't
    be written or changed meanwhile.

    What comes of it is read again before it is put in place: the settings of before and the new
    feeds, or nothing is changed.
    """
    before = read_file(path)
    for write in (_after_the_last, _by_tomlkit):
        after = write(before, feeds)
        if _adds_only(before, after, feeds):
            replace_file(
                path, after.encode("utf-8"), like=path, unless_changed=before.encode("utf-8")
            )
            return
    raise ConfigError(
        "can't be added to by a program", subject=str(path), hint="add the [[feed]] by hand"
    )


def _after_the_last(text: str, feeds: Sequence[NewFeed]) -> str:
    """Inserts text behind the last line of the last [[feed]], so that remarks that head what
    follows stay with it.
    """
    lines = text.splitlines(keepends=True)
    newline = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    block = newline.join(_block(feed, newline) for feed in feeds)
    starts = [number for number, line in enumerate(lines) if _FEED.match(line)]
    end = _end_of_table(lines, starts[-1]) if starts else len(lines)
    head = "".join(lines[:end])
    if head and not head.endswith(("\n", "\r")):
        head += newline
    return f"{head}{newline if head.strip() else ''}{block}{''.join(lines[end:])}"


def _end_of_table(lines: Sequence[str], start: int) -> int:
    """The line after the last one that says something in the table that begins at `start`."""
    end = start + 1
    for number in range(start + 1, len(lines)):
        line = lines[number].strip()
        if _HEADER.match(line) and not line.startswith(("[[feed.", "[feed.")):
            break
        if line and not line.startswith("#"):
            end = number + 1
    return end


def _block(feed: NewFeed, newline: str) -> str:
    keys = [f"{key} = {tomlkit.string(value).as_string()}" for key, value in feed.items()]
    return newline.join(["[[feed]]", *keys, ""])


def _by_tomlkit(text: str, feeds: Sequence[NewFeed]) -> str:
    """The same by a library that knows all of TOML: for `feed = [{…}]` and other rare spellings."""
    try:
        document = tomlkit.parse(text)
        for feed in feeds:
            if "feed" not in document:
                document.append("feed", tomlkit.aot())
            table = (
                tomlkit.inline_table()
                if isinstance(document["feed"], tomlkit.items.Array)
                else tomlkit.table()
            )
            table.update(feed)
            document["feed"].append(table)
    except (TOMLKitError, AttributeError, TypeError, ValueError):
        return text
    return tomlkit.dumps(document)


def _adds_only(before: str, after: str, feeds: Sequence[NewFeed]) -> bool:
    try:
        old, new = tomllib.loads(before), tomllib.loads(after)
    except tomllib.TOMLDecodeError:
        return False
    return new == {**old, "feed": [*old.get("feed", []), *map(dict, feeds)]}
