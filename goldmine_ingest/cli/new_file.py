"""Creating a file that only its owner can read: it may hold an address."""

from __future__ import annotations

import os
from pathlib import Path

_MODE = 0o600


def write_new(path: Path, text: str) -> bool:
    """Creates a file that only its owner can read; False if there is one already, which stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    return True
