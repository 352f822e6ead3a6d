"""The labelled set keeps all its parts, and the judge stays ahead of a keyword filter on the
part that tuned nothing.
"""

from __future__ import annotations

from tests.evaluation.__main__ import TRADES, count, examples, judged


def test_the_set_has_both_trades_both_halves_and_both_labels() -> None:
    groups = {(example.trade, example.half, example.pursue) for example in examples()}
    assert groups == {
        (trade, half, label)
        for trade in TRADES
        for half in ("tuned", "held out")
        for label in (True, False)
    }


def test_on_the_held_out_half_the_judge_is_more_precise_and_misses_no_more() -> None:
    part = [row for row in judged() if row[0].half == "held out"]
    ours = count(
        [(decision.decision == "qualified", example.pursue) for example, decision, _ in part]
    )
    plain = count([(keyword, example.pursue) for example, _, keyword in part])
    assert ours.precision > plain.precision + 0.1
    assert ours.recall >= plain.recall
