"""Spawned children that don't import the parent's main module. Apart, so that whoever starts no
child doesn't load multiprocessing.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class _LeanProcess(multiprocessing.context.SpawnProcess):
    """A spawned process that doesn't import the parent's main module: ours needs nothing of it,
    and it may be heavy (a flow, pytest).
    """

    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802 - multiprocessing's name
        with _without_main():
            return multiprocessing.context.SpawnProcess._Popen(process_obj)


class LeanContext(multiprocessing.context.SpawnContext):
    Process = _LeanProcess


@contextmanager
def _without_main() -> Iterator[None]:
    main: Any = sys.modules["__main__"]
    saved = {
        name: getattr(main, name)
        for name in ("__file__", "__spec__")
        if getattr(main, name, None) is not None
    }
    for name in saved:
        setattr(main, name, None)
    try:
        yield
    finally:
        for name, value in saved.items():
            setattr(main, name, value)
