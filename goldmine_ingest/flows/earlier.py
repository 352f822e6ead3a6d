"""Runs of deployments of earlier versions, whose flows were a package `flows` of its own.

Where that package isn't any more, Prefect's engine would end such a run with a page of traceback.
`goldmine_ingest_earlier.pth` imports this module in the process of a run alone (by the variables
that a worker sets): it stands in for `flows` where nothing else has what is asked for, so that the
run begins, finds out whose deployment it is, and says what to do (show.py).
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

_FLOWS = ("poll", "digest", "maintain", "load", "shard")


class _Earlier(MetaPathFinder, Loader):
    """The last to be asked: a folder `flows` of the user's, and what stands in it, comes first."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002 - the shape of a finder
        target: ModuleType | None = None,  # noqa: ARG002 - the same
    ) -> ModuleSpec | None:
        parent, _, name = fullname.rpartition(".")
        if fullname == "flows":
            return ModuleSpec(fullname, self, is_package=True)
        return ModuleSpec(fullname, self) if parent == "flows" and name in _FLOWS else None

    def create_module(self, spec: ModuleSpec) -> None:  # noqa: ARG002 - an ordinary module
        return None

    def exec_module(self, module: ModuleType) -> None:
        name = module.__name__.rpartition(".")[2]
        if name in _FLOWS:
            setattr(module, name, getattr(import_module(f"goldmine_ingest.flows.{name}"), name))


def is_earlier(modules: Collection[str]) -> bool:
    """Whether one of our flows was loaded as an earlier version's deployment names it."""
    return any(f"flows.{name}" in modules for name in _FLOWS)


def stand_in() -> None:
    """From now on, in this process."""
    sys.meta_path.append(_Earlier())
