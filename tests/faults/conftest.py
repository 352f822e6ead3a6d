"""The stage for cases: entered before, checked after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.faults.scene import Scene


@pytest.fixture
def stage(tmp_path: Path, record_property: Callable[[str, object], None]) -> Iterator[Callable[..., Scene]]:
    """Makes the stage of a case. The universal conditions are checked when the case has ended well."""
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


# Their rooms (fetch, parse) have tests of the same numbers, which run with every commit; on the stage they run in the drill.
IN_THE_DRILL = frozenset("NHX")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of a case's variants on the stage (six Retry-After values, five odd codecs) the first runs always, the others in the drill."""
    seen: Counter[tuple[str, str]] = Counter()
    for item in items:
        if Path(__file__).parent not in item.path.parents:
            continue
        for mark in item.iter_markers("fault"):
            number = str(mark.args[0])
            case = (number, getattr(item, "originalname", item.name))
            seen[case] += 1
            if seen[case] > 1 or number[0] in IN_THE_DRILL:
                item.add_marker(pytest.mark.drill)
