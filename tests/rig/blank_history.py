"""An empty history, as the program makes one: made once, and copied. Each new one would cost a quarter of a second of CPU."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from goldmine_ingest.runtime.locks import make_folder
from goldmine_ingest.store.history import open_store
from tests.rig.folders import in_memory

_MADE = datetime(2026, 11, 23, tzinfo=UTC)


@cache
def _content() -> bytes:
    with tempfile.TemporaryDirectory(dir=in_memory()) as folder:
        path = Path(folder) / "goldmine.duckdb"
        with open_store(path, now=_MADE):
            pass
        return path.read_bytes()


def blank_history(path: Path) -> Path:
    """There is one at this path from now on, unless there was ever one before: whoever has taken it away wants it missed."""
    if not any(path.parent.glob(f"{path.name}*")):
        make_folder(path.parent)
        path.touch(mode=0o600)
        path.write_bytes(_content())
    return path
