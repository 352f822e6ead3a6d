"""What the benchmarks of growth rest on: the drawn-out history is a sound one, and slopes and
tables say what was measured.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from goldmine_ingest.exchange.invariants import invariants, read_only
from tools.bench.big_history import Size, project
from tools.bench.scale_charts import Row, slope, table


def test_a_drawn_out_history_breaks_no_invariant(tmp_path: Path) -> None:
    toml = project(tmp_path / "home", Size(listings=60, events=90, polls=40, feeds=2))
    with read_only(toml.parents[1] / "data/goldmine.duckdb") as con:
        assert [check for check in invariants(con) if not check.ok] == []
        counts = [
            con.table(name).count("*").fetchall()[0][0]
            for name in ("listing", "alert_event", "poll")
        ]
        texts = con.execute(
            "SELECT count(DISTINCT description), min(length(description)) > 500 FROM listings"
        ).fetchall()
    assert counts == [60, 90, 40]
    assert texts == [(60, True)]


def points(*costs: tuple[int, float]) -> list[Row]:
    return [
        {"curve": "feeds", "what": "poll", "size": size, "cpu": cpu, "peak": 100.0, "unit": "s"}
        for size, cpu in costs
    ]


@pytest.mark.parametrize(
    ("costs", "exponent"),
    [
        ([(10, 2.0), (100, 2.0)], 0),
        ([(10, 1.0), (1000, 100.0)], 1),
        ([(1, 1.0), (10, 100.0), (100, 10_000.0)], 2),
    ],
)
def test_the_slope_is_the_exponent_of_growth(
    costs: list[tuple[int, float]], exponent: float
) -> None:
    assert slope(points(*costs)) == pytest.approx(exponent)


def test_one_size_has_no_slope_and_an_empty_history_is_no_size() -> None:
    assert slope(points((10, 2.0))) is None
    assert slope(points((0, 1.0), (10, 2.0))) is None


def test_the_table_shows_every_point() -> None:
    rows = points((0, 0.5), (10, 1.0), (1_000, 100.0))
    assert (
        table(rows).splitlines()[-1]
        == "| poll | 0.50 s, 100 MiB | 1.00 s, 100 MiB | 100.00 s, 100 MiB | 1.00 | 0.00 |"
    )
