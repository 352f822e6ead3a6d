"""The stage for cases: entered before, checked after."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.faults.scene import Scene


@pytest.fixture
def stage(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> Iterator[Callable[..., Scene]]:
    """Makes the stage of a case. The universal conditions are checked when the case has ended
    well.
    """
    scenes = []
    with ExitStack() as stack:

        def make(**settings: Any) -> Scene:
            scenes.append(stack.enter_context(Scene(tmp_path, **settings)))
            return scenes[-1]

        yield make
    for scene in scenes:
        record_property("figure", ", ".join(dict.fromkeys(scene.figures)))


@pytest.fixture
def scene(stage: Callable[..., Scene]) -> Scene:
    """The stage with nothing special about it."""
    return stage()
