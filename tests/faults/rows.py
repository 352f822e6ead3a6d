"""A case that is one line: what the broken feed answers, and how its poll must end."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.faults.scene import Scene
from tests.rig.fault_table import fault
from tests.rig.feed_server import Answer
from tests.rig.project import upwork_feed
from tests.rig.watching import item

# A whole, good feed, for answers that go wrong in another way. A poll that fails takes nothing of it.
BODY = upwork_feed(item(11), item(12))
ETAG = {"ETag": '"of the broken answer"'}


@dataclass(frozen=True)
class Row:
    """`answer` may be made on the stage; `outcomes` are those that the contract allows; `says` is part of the error."""

    number: str
    inject: str
    required: str
    answer: Answer | Callable[[Scene], Answer]
    outcomes: tuple[str, ...]
    says: str = ""

    def on(self, scene: Scene) -> None:
        answer = self.answer if isinstance(self.answer, Answer) else self.answer(scene)
        scene.feeds.script("/faulty", answer)
        scene.run()
        scene.failed(*self.outcomes, says=self.says)

    def param(self) -> Any:
        words = re.sub(r"\W+", "_", self.inject).strip("_").lower()
        return pytest.param(self, id=f"{self.number.lower()}_{words}", marks=fault(self.number, self.inject, self.required))


def never_believed(scene: Scene, row: Row) -> None:
    """The row's fault on a feed that was read before: nothing of it counts as gone, no validator is kept, and it heals."""
    row.on(scene)
    scene.heals()
    first = scene.feeds.requests("/faulty")[0]  # since it is well again
    assert not {"if-none-match", "if-modified-since"} & set(first.headers), "an answer that wasn't taken in vouches for nothing"
