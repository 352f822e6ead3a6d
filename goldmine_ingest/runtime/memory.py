"""What a process that stays gives back to the system once it has nothing to do."""

from __future__ import annotations

import ctypes
import gc


def give_back() -> None:
    """Collects what refers to itself, and has the C library return what is free: glibc keeps the
    memory of a day's peak otherwise, until something else needs it. Elsewhere it does so by itself.
    """
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
