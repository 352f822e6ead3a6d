"""Our own labelled set keeps all its parts, and the judge stays ahead of a keyword filter on it."""

from __future__ import annotations

from tools.evaluation.__main__ import TRADES, count, examples, judged


def test_the_set_has_both_trades_both_halves_and_both_labels() -> None:
    groups = {(example.trade, example.half, example.pursue) for example in examples()}
    assert groups == {
        (trade, half, label)
        for trade in TRADES
        for half in ("first", "second")
        for label in (True, False)
    }


def test_what_rings_is_right_and_what_is_missed_mostly_waits_for_review() -> None:
    """Beside a keyword filter; the criteria of these sets hold few words, so that much is near."""
    rows = judged()
    ours = count(
        [(decision.decision == "qualified", example.pursue) for example, decision, _ in rows]
    )
    both = count(
        [(decision.decision != "rejected", example.pursue) for example, decision, _ in rows]
    )
    plain = count([(keyword, example.pursue) for example, _, keyword in rows])
    assert ours.precision > plain.precision + 0.1
    assert both.precision > plain.precision
    assert ours.recall > 0.4
    assert both.recall > 0.85
