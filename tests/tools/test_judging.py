"""The benchmark of judging runs every step that it tells of: it reaches into the judge, and a
change of the judge would break it unseen.
"""

from __future__ import annotations

import pytest

from tools.bench import judging
from tools.bench.backtest import _listing


def test_each_step_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once each, over one listing: what it took says nothing here."""
    monkeypatch.setattr(judging, "_TURNS", 1)
    steps = judging.of_features([_listing(1)]) | judging.of_decision([_listing(1)], 3)
    assert {"all features", "the whole fit", "features and decision"} <= steps.keys()
    assert all(spent >= 0 for spent in steps.values())
