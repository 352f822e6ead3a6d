"""The labelled pairs: what docs/identity.md states about precision and recall holds."""

from __future__ import annotations

import pytest

from tools.identity_pairs.__main__ import pairs, score


def test_there_are_enough_pairs_of_either_kind() -> None:
    written = [pair for pair in pairs() if pair.kind != "unrelated"]
    assert len(written) >= 120
    assert sum(pair.one_job for pair in written) >= 50


@pytest.mark.parametrize("half", ["tuned", "held out"])
def test_no_other_job_is_linked_and_few_reposts_are_missed(half: str) -> None:
    result = score([pair for pair in pairs() if pair.half == half])
    assert result.wrong == 0
    assert result.recall >= 0.95
