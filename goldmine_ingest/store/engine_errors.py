"""DuckDB's errors as ours: for people, and without the data that DuckDB quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from goldmine_ingest.errors import RefusedError, StoreError
from goldmine_ingest.store.damage import is_damage
from goldmine_ingest.store.engine import duckdb


@contextmanager
def told(path: Path) -> Iterator[None]:
    """DuckDB's errors about the history at `path`, or about a copy of it, as ours: what is wrong
    with which file and what to do, without the data that DuckDB quotes.
    """
    try:
        yield
    except duckdb.Error as error:
        if isinstance(error, duckdb.ProgrammingError) and not is_damage(
            error
        ):  # a statement of ours is wrong: a bug, not a damaged file
            raise
        message, hint = _explain(str(error))
        kind = (
            RefusedError
            if isinstance(error, duckdb.DataError | duckdb.IntegrityError)
            else StoreError
        )
        raise kind(message, subject=str(path), hint=hint) from error


def _explain(message: str) -> tuple[str, str]:
    save = (
        "The file is as it was. `goldmine doctor` says what can be saved;"
        " `goldmine restore FILE --force` brings a backup back."
    )
    if re.search(r"No space left|File too large|Disk quota", message):
        return "the disk is full", "Nothing of this step was stored. Free some space and run again."
    if re.search(
        r"Permission denied|Read-only file system|Is a directory|Cannot open file", message
    ):
        return "the history can't be opened or written", "Check the path and its owner and mode."
    if re.search(r"newer version|version number", message):
        version = re.search(r"v\d+\.\d+(?:\.\d+)?", message)
        return (
            f"the file was written by a newer DuckDB{f' ({version[0]})' if version else ''}",
            "Install the newer goldmine-ingest that wrote it.",
        )
    if "Constraint" in message:
        return (
            "the step was refused: it would store a row twice",
            "Nothing of it was stored; the next cycle reads the feed again.",
        )
    if re.match(r"Conversion|Out of Range|Mismatch", message):
        return (
            "the step was refused: it holds a value that can't be stored",
            "Nothing of it was stored; the next cycle reads the feed again.",
        )
    what = "a part of the file can't be read" if "checksum" in message else message.split(":", 1)[0]
    return f"the history is damaged or can't be used ({what})", save
