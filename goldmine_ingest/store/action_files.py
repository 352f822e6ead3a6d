"""Where actions wait that could not be recorded because another program had the history open. Apart
from what reads and writes them, so that a quiet cycle loads only this.
"""

from __future__ import annotations

from pathlib import Path

ENDING = ".json"


def actions_folder(database: Path) -> Path:
    return database.parent / "spool" / "actions"


def actions_wait(database: Path) -> bool:
    """Whether there may be any; one look at a folder."""
    return any(actions_folder(database).glob(f"*{ENDING}"))
