"""Dates: each way of writing that a feed was seen to use, and those that must not be believed
(docs/reliability.md I9).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.facts.dates import parse_date

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
DATES = [
    ("Tue, 09 Apr 2019 07:30:27 +0000", "2019-04-09T07:30:27"),
    ("Fri, 28 Aug 2026 10:13:04 -0400", "2026-08-28T14:13:04"),
    ("Mon, 28 Sep 2026 10:15:00 +0300", "2026-09-28T07:15:00"),
    ("Sun, 09 Aug 2026 22:45:30 GMT", "2026-08-09T22:45:30"),
    ("Mon, 23 Nov 2026 10:00:00 EST", "2026-11-23T15:00:00"),
    ("Mon, 23 Nov 2026 10:00:00 PST", "2026-11-23T18:00:00"),
    ("Mon, 23 Nov 2026 10:00:00 CET", "2026-11-23T09:00:00"),
    ("27 Aug 26 10:00 GMT", "2026-08-27T10:00:00"),
    ("2026-07-10T20:00:05+00:00", "2026-07-10T20:00:05"),
    ("2026-07-10T09:24:39-04:00", "2026-07-10T13:24:39"),
    ("2026-07-09T08:01:56", "2026-07-09T08:01:56"),
    ("2026-07-10", "2026-07-10T00:00:00"),
    ("2026-11-23T10:00:00.123456Z", "2026-11-23T10:00:00"),
    ("2026-11-23 10:00:00 UTC", "2026-11-23T10:00:00"),
    ("1783733363", "2026-07-11T01:29:23"),
    ("1783733363000", "2026-07-11T01:29:23"),
    ("2 hours ago", "2026-11-23T18:00:00"),
    ("Posted 5 minutes ago", "2026-11-23T19:55:00"),
    ("an hour ago", "2026-11-23T19:00:00"),
    ("vor 2 Stunden", "2026-11-23T18:00:00"),
    ("il y a 2 heures", "2026-11-23T18:00:00"),
    ("il y a une heure", "2026-11-23T19:00:00"),
    ("2 часа назад", "2026-11-23T18:00:00"),
    ("yesterday", "2026-11-22T20:00:00"),
    ("gestern", "2026-11-22T20:00:00"),
    ("just now", "2026-11-23T20:00:00"),
    ("September 14, 2026 12:40 PM", "2026-09-14T12:40:00"),
    ("September 14, 2026 12:40 AM", "2026-09-14T00:40:00"),
    ("February 10, 2021 16:42 UTC", "2021-02-10T16:42:00"),
    ("Aug 27", "2026-08-27T00:00:00"),
    ("Dec 1", "2025-12-01T00:00:00"),
    ("Feb 29", "2024-02-29T00:00:00"),
    ("lundi 10 août 2026 10:00", "2026-08-10T10:00:00"),
    ("10. März 2026", "2026-03-10T00:00:00"),
    ("28 сентября 2026 г. в 10:15", "2026-09-28T10:15:00"),
    ("31/07/2026", "2026-07-31T00:00:00"),
    ("09/13/2026 7:31 AM", "2026-09-13T07:31:00"),
    ("10.03.2026", "2026-03-10T00:00:00"),
]


@pytest.mark.parametrize(("text", "expected"), DATES)
def test_parse_date(text: str, expected: str) -> None:
    assert parse_date(text, now=NOW) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


TABLE = Path(__file__).parent / "tables" / "dates.tsv"
WRITTEN = [
    line.split("\t")
    for line in TABLE.read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


def test_a_time_is_kept_however_it_is_joined() -> None:
    """A least age ("30+ days ago") is the newest that it can be."""
    now = datetime(2026, 9, 30, 12, 0, tzinfo=UTC)
    wrong = {
        text: found
        for text, expected in WRITTEN
        if (found := parse_date(text, now=now))
        != datetime.fromisoformat(expected).replace(tzinfo=UTC)
    }
    assert wrong == {}


I9 = [
    "",
    "garbage",
    "2024-13-45",
    "Mon, 01 Jan 2100 00:00:00 GMT",
    "-0001-01-01",
    "Mon, 01 Jan -001 00:00:00 GMT",
    "Mon, 01 Jan 20265 00:00:00 GMT",
    "0000-01-01",
    "01 Jan 1970 00:00:00 GMT",
    "0",
    "-1",
    "99999999999999",
    "+9999",
    "Mon, 23 Nov 2026 10:00:00 +9999",
    "2026-11-22T25:00:00Z",
    "2026-02-30",
    "9999-12-31T24:00:00Z",
    "99999 hours ago",
    "9999 years ago",
    "NaN",
    "{}",
]


@pytest.mark.parametrize("text", I9)
def test_i9_what_can_not_be_meant_is_unknown(text: str) -> None:
    assert parse_date(text, now=NOW) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22T24:00:00Z", datetime(2026, 11, 23, tzinfo=UTC)),
        ("Thu, 31 Dec 2020 23:59:60 GMT", datetime(2021, 1, 1, tzinfo=UTC)),
        ("Mon, 23 Nov 2026 10:00:00 IST", datetime(2026, 11, 23, 4, 30, tzinfo=UTC)),
        ("lundi 23 novembre 2026", datetime(2026, 11, 23, tzinfo=UTC)),
    ],
)
def test_i9_odd_but_meant(text: str, expected: datetime) -> None:
    assert parse_date(text, now=NOW) == expected


def test_the_order_of_day_and_month_is_the_platforms() -> None:
    assert parse_date("07/08/2026", now=NOW, order="mdy") == datetime(2026, 7, 8, tzinfo=UTC)
    assert parse_date("07/08/2026", now=NOW, order="dmy") == datetime(2026, 8, 7, tzinfo=UTC)


def test_a_time_without_zone_is_in_the_default_zone() -> None:
    assert parse_date(
        "2026-11-23 10:00", now=NOW, default_tz=timezone(timedelta(hours=3))
    ) == datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def test_the_day_on_which_a_listing_ends_may_lie_ahead() -> None:
    assert parse_date("2027-05-01", now=NOW) is None
    assert parse_date("2027-05-01", now=NOW, future=True) == datetime(2027, 5, 1, tzinfo=UTC)
    assert parse_date("2100-05-01", now=NOW, future=True) is None


@given(
    st.one_of(
        st.text(max_size=60), st.text(st.sampled_from("0123456789-+:TZ/., AprGMTago"), max_size=40)
    ),
    st.booleans(),
)
def test_any_text_gives_a_credible_time_or_none(text: str, future: bool) -> None:
    found = parse_date(text, now=NOW, future=future)
    assert found is None or (
        found.tzinfo is UTC and NOW - timedelta(days=3653) <= found <= NOW + timedelta(days=1098)
    )


@given(st.datetimes(datetime(2017, 1, 1), datetime(2026, 11, 23)))  # noqa: DTZ001 - strategies take naive bounds
def test_a_written_time_reads_back(moment: datetime) -> None:
    moment = moment.replace(tzinfo=UTC, microsecond=0)
    assert parse_date(moment.isoformat(), now=NOW) == moment
    assert parse_date(format_datetime(moment), now=NOW) == moment
    assert parse_date(str(int(moment.timestamp())), now=NOW) == moment
