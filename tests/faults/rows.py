"""A case that is a line or some: what a broken feed answers, and how its poll must end. All lines
of a table are broken feeds of one stage, polled in one cycle; each number's test shows its own.

    @pytest.fixture(scope="module")
    def played(tmp_path_factory) -> Played:
        return play(ROWS, tmp_path_factory.mktemp("rows"), never_believed)

    @pytest.mark.parametrize("rows", cases(ROWS))
    def test_a_wrong_answer(rows, played, record_property):
        record_property("figure", played.show(rows))
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol, TypeVar

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


L = TypeVar("L", bound=Line)
Plot = Callable[[Scene, Mapping[str, L]], Iterator[Callable[[str, L], str]]]


@dataclass(frozen=True)
class Played:
    """What a stage showed: of each line (by number and injection) its figure or what is wrong, and
    what is wrong with the stage as a whole.
    """

    figures: Mapping[tuple[str, str], str]
    wrong: Mapping[tuple[str, str], AssertionError]
    whole: AssertionError | None
    growth: str

    def show(self, lines: Sequence[Line]) -> str:
        """These lines ended as they say, and the stage did as a whole: their figures."""
        names = [(line.number, line.inject) for line in lines]
        for name in names:
            if name in self.wrong:
                raise self.wrong[name]
        if self.whole:
            raise self.whole
        return ", ".join(dict.fromkeys([*(self.figures[name] for name in names), self.growth]))


def play(lines: Sequence[L], folder: Path, plot: Plot[L], **settings: Any) -> Played:
    """Each line breaks a feed of one stage. `plot` goes through it: what it yields is asked of each
    line, and a line that fails keeps none of the others from being seen.
    """
    figures: dict[tuple[str, str], str] = {}
    wrong: dict[tuple[str, str], AssertionError] = {}
    whole, growth = None, ""
    try:
        with Scene(folder, broken=len(lines), **settings) as scene:
            on = dict(zip(scene.faulty, lines, strict=True))
            for ask in plot(scene, on):
                for feed, line in on.items():
                    try:
                        figure = ask(feed, line)
                        figures.setdefault((line.number, line.inject), figure)
                    except AssertionError as error:
                        wrong.setdefault((line.number, line.inject), error)
        growth = scene.figures[-1]
    except AssertionError as error:
        whole = error
    return Played(figures, wrong, whole, growth)


def never_believed(scene: Scene, on: Mapping[str, Row]) -> Iterator[Callable[[str, Row], str]]:
    """The rows' faults on feeds that were never read well: each poll ends as its row says, nothing
    is kept of it, no validator either, and all heal.
    """
    for feed, row in on.items():
        row.on(scene, feed)
    scene.run()

    def refused(feed: str, row: Row) -> str:
        scene.failed(*row.outcomes, says=row.says, feed=feed)
        return scene.outcome(feed)[0]

    def vouched_for_by_nothing(feed: str, _: Row) -> str:
        first = scene.feeds.requests(f"/{feed}")[0]  # since it is well again
        assert not {"if-none-match", "if-modified-since"} & set(first.headers), (
            "an answer that wasn't taken in vouches for nothing"
        )
        return ""

    yield refused
    scene.heals()
    yield vouched_for_by_nothing
