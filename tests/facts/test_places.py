"""Places: names, codes and flags become ISO codes; words do not."""

from __future__ import annotations

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.facts.places import country_code, country_in, open_to
from goldmine_ingest.facts.territories import territories
from goldmine_ingest.facts.time_zones import timezone_offsets
from tools import make_territories

COUNTRIES = [
    ("United States", "US"),
    ("the United States", "US"),
    ("USA", "US"),
    ("U.S.A.", "US"),
    ("US", "US"),
    ("UK", "GB"),
    ("U.S.", "US"),
    ("U.K.", "GB"),
    ("England", "GB"),
    ("GBR", "GB"),
    ("Côte d’Ivoire", "CI"),
    ("COTE D'IVOIRE", "CI"),
    ("Ivory Coast", "CI"),
    ("Deutschland", "DE"),
    ("Allemagne", "DE"),
    ("Alemania", "DE"),
    ("Германия", "DE"),
    ("Россия", "RU"),
    ("Russian Federation", "RU"),
    ("🇩🇪", "DE"),
    ("🇫🇷 France", "FR"),
    ("Türkiye", "TR"),
    ("Turkey", "TR"),
    ("Viet Nam", "VN"),
    ("South Korea", "KR"),
    ("Dutch", "NL"),
    ("IN", "IN"),
    (" Spain\n", "ES"),
    ("us", None),
    ("in", None),
    ("it", None),
    ("and", None),
    ("can", None),
    ("AB", None),
    ("🇦🇧", None),
    ("Atlantis", None),
    ("", None),
    ("Worldwide", None),
    ("Europe", None),
]


@pytest.mark.parametrize(("text", "code"), COUNTRIES)
def test_country_code(text: str, code: str | None) -> None:
    assert country_code(text) == code


def test_every_english_name_of_cldr_is_known() -> None:
    names = {
        code: name
        for code, name in Locale("en").territories.items()
        if len(code) == 2 and code in {country_code(code)}
    }
    assert len(names) > 240
    assert {code for code, name in names.items() if country_code(name) != code} == set()


LOCATIONS = [
    ("Berlin, Germany", "DE"),
    ("Japan - Remote", "JP"),
    ("Adelaide, Adelaide, South Australia, Australia", "AU"),
    (", , India", "IN"),
    ("🇩🇪 Germany", "DE"),
    ("US, Canada", None),
    ("Orlando, ", None),
    ("", None),
    ("let us know", None),
]


@pytest.mark.parametrize(("text", "code"), LOCATIONS)
def test_country_in(text: str, code: str | None) -> None:
    assert country_in(text) == code


RESTRICTIONS = [
    ("Only freelancers located in the United States may apply.", ("US",)),
    ("US only", ("US",)),
    ("US-based candidates", ("US",)),
    ("USA, CST (UTC-6)", ("US",)),
    ("Remote (Germany or Austria)", ("AT", "DE")),
    ("DACH", ("AT", "CH", "DE")),
    ("Bosnia and Herzegovina", ("BA",)),
    ("Guinea-Bissau", ("GW",)),
    ("Canada, United States", ("CA", "US")),
    ("Worldwide", ()),
    ("Anywhere in the World", ()),
    ("Anywhere except the US", ()),
    ("let us know", ()),
    ("", ()),
]


@pytest.mark.parametrize(("text", "codes"), RESTRICTIONS)
def test_open_to(text: str, codes: tuple[str, ...]) -> None:
    assert open_to(text) == codes


def test_regions_expand() -> None:
    assert len(open_to("EU")) == 27
    assert set(open_to("EU/EEA")) - set(open_to("EU")) == {"IS", "LI", "NO"}
    assert {"AR", "BR", "MX"} <= set(open_to("LATAM"))
    assert {"GB", "UA", "CH"} <= set(open_to("Europe"))
    assert {"CA", "US", "DE", "BR", "ZA"} <= set(open_to("EMEA,  LATAM,  Canada,  USA"))


OFFSETS = [
    ("-5", ("-05:00",)),
    ("5.5", ("+05:30",)),
    ("-9.5", ("-09:30",)),
    ("14", ("+14:00",)),
    ("99", ()),
    ("UTC", ("+00:00",)),
    ("UTC+05:30", ("+05:30",)),
    ("GMT+1", ("+01:00",)),
    ("CET", ("+01:00",)),
    ("EST, PST", ("-08:00", "-05:00")),
    ("CST (UTC-6)", ("-06:00",)),
    ("-10, -9, 14", ("-10:00", "-09:00", "+14:00")),
    ("CET +/- 1 hour", ("+00:00", "+01:00", "+02:00")),
    ("UTC-3 ±2", ("-05:00", "-04:00", "-03:00", "-02:00", "-01:00")),
    ("UTC-1 to UTC+1", ("-01:00", "+00:00", "+01:00")),
    ("", ()),
    ("any time", ()),
]


@pytest.mark.parametrize(("text", "offsets"), OFFSETS)
def test_timezone_offsets(text: str, offsets: tuple[str, ...]) -> None:
    assert timezone_offsets(text) == offsets


@given(
    st.one_of(
        st.text(max_size=60), st.text(st.sampled_from("UTCGM+-:.0123456789 toES,🇩🇪"), max_size=30)
    )
)
def test_any_text_gives_codes_or_nothing(text: str) -> None:
    for code in (*open_to(text), country_code(text), country_in(text)):
        assert code is None or country_code(code) == code
    for offset in timezone_offsets(text):
        assert len(offset) == 6


def test_any_white_space_may_stand_between_sign_and_hours() -> None:
    assert timezone_offsets("UTC +\x1f2") == ("+02:00",)


def test_the_packaged_names_are_those_that_their_maker_writes() -> None:
    """Babel's version is pinned in constraints.txt; a newer one may rename countries."""
    assert territories() == make_territories.build()


def test_a_continent_has_all_its_countries() -> None:
    assert {"ZA", "TZ", "UG", "ZW", "SN"} <= set(open_to("Africa"))
    assert {"SA", "SG", "TH", "TR", "VN"} <= set(open_to("Asia"))
    assert "ZA" in open_to("EMEA")
