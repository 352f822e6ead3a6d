"""JSON by the rules of docs/history.md."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldmine_ingest.exchange import json_values
from goldmine_ingest.model.fetched import Outcome, Validators

DAY = '["2026-11-23","08:30:00","1 day, 6:00:00"]'


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("1000.0000"), "1000"),
        (Decimal("0.10"), "0.1"),
        (Decimal("1E+3"), "1000"),
        (Decimal("12345678901234567.8901"), "12345678901234567.8901"),
        (Decimal("NaN"), "null"),
        (float("inf"), "null"),
        (0.5, "0.5"),
        (None, "null"),
        (True, "true"),
        (Outcome.OK, '"ok"'),
        (datetime(2026, 11, 23, 18, 29, 3, tzinfo=UTC), '"2026-11-23T18:29:03Z"'),
        (datetime(2026, 11, 23, 18, 29, 3, 120000, tzinfo=UTC), '"2026-11-23T18:29:03.12Z"'),
        (
            datetime(2026, 11, 23, 19, 29, 3, tzinfo=timezone(timedelta(hours=1))),
            '"2026-11-23T18:29:03Z"',
        ),
        (("a", ["ü", {"k": Decimal(1)}]), '["a",["ü",{"k":1}]]'),
        (Validators("e", None), '{"etag":"e","last_modified":null}'),
        ({}, "{}"),
        ("a\ud800", '"a?"'),
        ({"a\ud800": [Decimal("1.50"), Outcome.OK]}, '{"a?":[1.5,"ok"]}'),
        (Decimal("-0.5000"), "-0.5"),
        (Decimal("0E-8"), "0"),
        ([float("nan"), Decimal("Infinity"), 2**63], "[null,null,9223372036854775808]"),
        (-(10**30), "-1000000000000000000000000000000"),
        ({1: True, None: ()}, '{"1":true,"None":[]}'),
        (MappingProxyType({"a": frozenset({"c", "b"})}), '{"a":["b","c"]}'),
        (datetime(2026, 11, 23, 18, 29, tzinfo=UTC).replace(tzinfo=None), '"2026-11-23T18:29:00"'),
        ((date(2026, 11, 23), time(8, 30), timedelta(hours=30)), DAY),
        ((b"\x00\xff", UUID(int=1)), '["00ff","00000000-0000-0000-0000-000000000001"]'),
    ],
)
def test_each_kind_of_value(value: Any, expected: str) -> None:
    assert json_values.dumps(value) == expected


def test_a_document_begins_with_its_schema() -> None:
    assert json_values.document(run_id="r", sent=2) == '{"schema":1,"run_id":"r","sent":2}'


def test_rows_embed_json_columns_and_keep_columns_of_one_name() -> None:
    rows = json_values.rows(
        ["raw", "n", "n"], ["JSON", "INTEGER", "INTEGER"], [('{"a": [1.10]}', 1, 2), (None, 3, 4)]
    )
    assert (
        json_values.dumps(rows) == '[{"raw":{"a":[1.1]},"n":1,"n_2":2},{"raw":null,"n":3,"n_2":4}]'
    )


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(max_examples=40, deadline=None)
@given(anything)
def test_what_json_has_a_type_for_comes_back_equal(value: Any) -> None:
    assert json.loads(json_values.dumps(value)) == value


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=6
    )
)
def test_amounts_are_numbers_of_exactly_their_digits(amount: Decimal) -> None:
    assert json.loads(json_values.dumps(amount), parse_float=Decimal, parse_int=Decimal) == amount


def test_a_stored_value_may_be_nested_as_deep_as_python_reads_it() -> None:
    deep = "[" * 300 + "1.50" + "]" * 300
    (row,) = json_values.rows(["raw"], ["JSON"], [(deep,)])
    assert json_values.dumps(row) == f'{{"raw":{deep.replace("1.50", "1.5")}}}'
