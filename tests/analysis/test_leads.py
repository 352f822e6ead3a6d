"""What led each proposal, compared by replies: worked by hand, refused where there are too few."""

from __future__ import annotations

from dataclasses import replace

from goldmine_ingest.analysis.funnel import Pursued
from goldmine_ingest.analysis.leads import compare, sentences
from tests.analysis.test_review import proposals
from tests.histories import NOON


def led(name: str, replied: int, ignored: int, open_ones: int = 0) -> list[Pursued]:
    return [
        replace(each, led=name)
        for each in (
            *proposals(replied, "replied"),
            *proposals(ignored),
            *proposals(open_ones, days_ago=1),
        )
    ]


def test_a_diagnosis_that_gets_more_replies_than_a_first_step() -> None:
    """9 of 10 (Wilson: 60 to 98 %) against 0 of 8 (0 to 32 %): the intervals are apart. Of three
    led by a proof one is still open, and two are too few for a share.
    """
    rows = compare(
        [*led("diagnosis", 9, 1), *led("first_step", 0, 8), *led("proof", 1, 1, 1)], NOON
    )
    assert [(row.led, row.pursuits, row.replies.count, row.replies.of) for row in rows] == [
        ("diagnosis", 10, 9, 10),
        ("proof", 3, 1, 2),
        ("first_step", 8, 0, 8),
    ]
    assert sentences(rows) == [
        "led by diagnosis: 9 of 10 decided pursuits got a reply, 90% (95 % interval 60% to 98%)",
        "led by proof: 1 of 2 decided pursuits got a reply; a share takes 5",
        "led by first step: 0 of 8 decided pursuits got a reply, 0% (95 % interval 0% to 32%)",
        "A diagnosis gets more replies than a first step: more than chance explains.",
    ]


def test_what_chance_may_explain_is_called_so() -> None:
    rows = compare([*led("diagnosis", 3, 3), *led("proof", 2, 4)], NOON)
    assert sentences(rows)[-1] == "What they differ by may be chance."


def test_too_little_is_compared_with_nothing() -> None:
    one = compare(led("diagnosis", 5, 5), NOON)
    assert sentences(one)[-1] == (
        "Not enough data to compare them: it takes two with 5 decided pursuits each."
    )
    assert sentences(compare(proposals(9), NOON)) == []
