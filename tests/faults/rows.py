"""A case that is a line or some: what a broken feed answers, and how its poll must end. The lines
of one number are broken feeds of one stage, polled in one cycle.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Protocol

import pytest

from tests.faults.scene import Scene
from tests.rig.fault_table import fault
from tests.rig.feed_server import Answer
from tests.rig.project import upwork_feed
from tests.rig.watching import item

# A whole, good feed, for answers that go wrong in another way. A poll that fails takes nothing of
# it.
BODY = upwork_feed(item(11), item(12))
ETAG = {"ETag": '"of the broken answer"'}


@dataclass(frozen=True)
class Row:
    """`answer` may be made on the stage; `outcomes` are those that the contract allows; `says`
    is part of the error.
    """

    number: str
    inject: str
    required: str
    answer: Answer | Callable[[Scene], Answer]
    outcomes: tuple[str, ...]
    says: str = ""

    def on(self, scene: Scene, feed: str) -> None:
        scene.feeds.script(
            f"/{feed}", self.answer if isinstance(self.answer, Answer) else self.answer(scene)
        )


class Line(Protocol):
    """What a case has in any table."""

    @property
    def number(self) -> str: ...
    @property
    def inject(self) -> str: ...
    @property
    def required(self) -> str: ...


def cases(lines: Sequence[Line]) -> list[Any]:
    """The parameters of a test that gets the lines of one number at a time. Each line is marked
    as an injection of its own.
    """
    groups = [
        (number, tuple(group)) for number, group in groupby(lines, key=lambda line: line.number)
    ]
    return [
        pytest.param(
            group,
            id=number.lower(),
            marks=[fault(line.number, line.inject, line.required) for line in group],
        )
        for number, group in groups
    ]


def refused(scene: Scene, rows: Sequence[Row]) -> None:
    """Each feed answers its row, and its poll ends as the row says."""
    for feed, row in zip(scene.faulty, rows, strict=True):
        row.on(scene, feed)
    scene.run()
    for feed, row in zip(scene.faulty, rows, strict=True):
        scene.failed(*row.outcomes, says=row.says, feed=feed)


def never_believed(scene: Scene, rows: Sequence[Row]) -> None:
    """The rows' faults on feeds that were never read well: nothing is kept of them, no validator
    either, and they heal.
    """
    refused(scene, rows)
    scene.heals()
    for feed in scene.faulty:
        first = scene.feeds.requests(f"/{feed}")[0]  # since it is well again
        assert not {"if-none-match", "if-modified-since"} & set(first.headers), (
            "an answer that wasn't taken in vouches for nothing"
        )
