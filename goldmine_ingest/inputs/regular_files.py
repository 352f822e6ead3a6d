"""Reading files that other programs put down: regular ones only, no links, never more than a
limit, never waiting.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path


def read_regular(path: Path, largest: int) -> bytes | None:
    """The content, or None for what is no regular file (a link, a pipe) or is larger than
    `largest` bytes. Raises OSError.
    """
    flags = (
        os.O_RDONLY
        | getattr(os, "O_NOFOLLOW", 0)
        | getattr(os, "O_NONBLOCK", 0)
        | getattr(os, "O_BINARY", 0)
    )
    with open(path, "rb", opener=lambda name, _: os.open(name, flags)) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return None
        content = file.read(largest + 1)
    return content if len(content) <= largest else None


def mark(status: os.stat_result) -> str:
    """What tells whether a file of this name is still the one that was read."""
    return f"{status.st_ino}:{status.st_size}:{status.st_mtime_ns}"


def why_not(path: Path, error: OSError) -> str:
    """Why a file or folder can't be used, for a person."""
    if isinstance(error, FileNotFoundError):
        return f"there is no {path}"
    if isinstance(error, PermissionError):
        return f"{path} may not be read by this user"
    return f"{path} can't be read: {error.strerror or type(error).__name__}"
