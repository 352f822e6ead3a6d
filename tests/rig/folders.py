"""Where a test's project stands."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOMY = (
    4 * 1024**3
)  # bytes: what all projects of a whole run fit in; a container's /dev/shm has 64 MiB
_MEMORY = Path("/dev/shm")  # noqa: S108 - only folders of one's own are made there


def in_memory(free: int = 0) -> Path | None:
    """A folder in memory with so many bytes free, if this system has one. A kill -9 takes nothing
    back that the kernel has, so that a disk would only cost time.
    """
    return _MEMORY if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= free else None
