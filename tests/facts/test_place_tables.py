"""Places and time zones in the words of boards, as a table; each row is one."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.facts.places import country_in, open_to
from goldmine_ingest.facts.time_zones import timezone_offsets, without_time_zones

TABLE = Path(__file__).parent / "tables" / "places.tsv"
ROWS = [
    tuple(line.split("\t"))
    for line in TABLE.read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


def test_places() -> None:
    """Each row of the table; one test, because hundreds cost more than what they test."""
    wrong = {
        text: found
        for text, countries, zones in ROWS
        if (found := _read(text, countries, zones)) != (countries, zones)
    }
    assert wrong == {}


def _read(text: str, countries: str, zones: str) -> tuple[str, str]:
    """What is read, as the table writes it: many countries by their number, a run of offsets by its
    ends.
    """
    found, offsets = open_to(text), timezone_offsets(text)
    named = str(len(found)) if countries.isdigit() else " ".join(found) or "-"
    if ".." in zones and offsets:
        return named, f"{offsets[0]}..{offsets[-1]}"
    return named, " ".join(offsets) or "-"


@given(
    st.integers(2, 40), st.sampled_from(["roles", "day week", "people", "days onsite", "openings"])
)
def test_a_counting_number_is_no_offset(number: int, what: str) -> None:
    assert timezone_offsets(f"REMOTE, {number} {what}") == ()


@given(st.integers(-11, 12), st.sampled_from(["UTC", "GMT"]))
def test_an_offset_behind_utc_is_one(hours: int, name: str) -> None:
    sign = "-" if hours < 0 else "+"
    assert timezone_offsets(f"Remote ({name}{sign}{abs(hours)})") == (f"{sign}{abs(hours):02d}:00",)


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    open_to(text)
    country_in(text)
    timezone_offsets(text)
    without_time_zones(text)
