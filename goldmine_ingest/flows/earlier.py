"""Runs of deployments of earlier versions, whose flows were a package `flows` of its own. In a
checkout, `flows/` stands there still: such a run begins, and says what to do (show.py).
"""

from __future__ import annotations

from collections.abc import Collection

_FLOWS = ("poll", "digest", "maintain", "load", "shard")


def is_earlier(modules: Collection[str]) -> bool:
    """Whether one of our flows was loaded as an earlier version's deployment names it."""
    return any(f"flows.{name}" in modules for name in _FLOWS)
