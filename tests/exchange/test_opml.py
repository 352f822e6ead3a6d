"""OPML: read without trust, written so that it comes back the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.errors import UsageError
from goldmine_ingest.exchange.opml import LARGEST, MOST_OUTLINES, Outline, read_opml, write_opml
from tests.rig.fault_table import fault

NESTED = b"""<?xml version="1.0"?><opml version="1.0"><head><title>Mine</title></head><body>
  <outline text="Jobs"><outline text="Deep"><outline type="rss" text="A" title="Alpha" xmlUrl="https://a.example/feed"/></outline>
  <outline type="rss" text="B &amp; C" XMLURL=" http://b.example/feed?q=x&amp;y=1 "/></outline>
  <outline text="Again" xmlUrl="https://a.example/feed"/>
  <outline text="A page" htmlUrl="https://c.example"/></body></opml>"""


def test_outlines_at_any_depth_each_address_once() -> None:
    found = read_opml(NESTED)
    assert found.outlines == (
        Outline("Alpha", "https://a.example/feed", ("Jobs", "Deep")),
        Outline("B & C", "http://b.example/feed?q=x&y=1", ("Jobs",)),
    )
    assert found.repeated == ("Again",)


def test_what_a_reader_scrapes_itself_is_no_feed() -> None:
    """FreshRSS's own types, as its documentation of OPML names them."""
    scraped = ("HTML+XPath", "XML+XPath", "JSON+DotNotation", "HTML+XPath+JSON+DotNotation")
    rows = "".join(
        f'<outline text="{kind}" type="{kind}" xmlUrl="https://{n}.example/"/>'
        for n, kind in enumerate((*scraped, "rss", "JSONFeed"))
    )
    read = read_opml(f"<opml><body>{rows}</body></opml>".encode())
    assert [outline.title for outline in read.outlines] == ["rss", "JSONFeed"]
    assert [title for title, _ in read.refused] == list(scraped)
    assert all("scraped" in why for _, why in read.refused)


@pytest.mark.parametrize(
    "address",
    [
        "exec:date",
        "file:///etc/passwd",
        "|cat /etc/passwd",
        "javascript:alert(1)",
        "ftp://a.example/x",
        "//a.example/x",
        "",
        "https://",
        "https://a b/",
        "http://127.0.0.1:99999/",
        "https://[::1/",
        "https:\\\\a.example\\x",
        "data:text/xml,x",
        "HTTPS ://a.example",
    ],
)
@fault("Z14", "OPML with other schemes", "only http and https")
def test_z14_only_http_addresses_are_taken(address: str) -> None:
    found = read_opml(
        f'<opml><body><outline text="Evil" xmlUrl="{address}"/></body></opml>'.encode()
    )
    assert found.outlines == ()
    assert [title for title, _ in found.refused] == ["Evil"]
    assert not address or address not in found.refused[0][1]


BOMB = (
    b'<!DOCTYPE opml [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><opml><body><outline'
    b' text="&b;" xmlUrl="https://a/"/></body></opml>'
)
OUTER = b'<!DOCTYPE opml SYSTEM "file:///etc/passwd"><opml/>'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (BOMB, "document type"),
        (OUTER, "document type"),
        (b"<html/>", "begins with <html>"),
        (b"<opml><body>", "broken at line 1"),
        (b"", "broken at line 1"),
        (b'<?xml version="1.0" encoding="klingon"?><opml/>', "encoding"),
        (b"\xff\xfe\x00", "broken"),
        (b" " * (LARGEST + 1), "larger than 5 MiB"),
        (b"<opml>" + b"<outline/>" * (MOST_OUTLINES + 1) + b"</opml>", "more than 20000 outlines"),
    ],
)
def test_z14_what_is_no_harmless_opml_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_opml(content)


def test_z14_depth_costs_nothing() -> None:
    deep = (
        b"<opml>"
        + b"<outline>" * 10_000
        + b'<outline text="A" xmlUrl="https://a.example/"/>'
        + b"</outline>" * 10_000
        + b"</opml>"
    )
    assert len(read_opml(deep).outlines) == 1


@given(
    st.lists(
        st.builds(
            Outline,
            st.text(),
            st.from_regex(r"https://[a-z]{1,9}\.example/[a-zA-Z0-9?&=<>'\"]{0,20}", fullmatch=True),
        ),
        unique_by=lambda o: o.url,
    )
)
def test_what_is_written_can_be_read_again(outlines: list[Outline]) -> None:
    assert [outline.url for outline in read_opml(write_opml(outlines).encode()).outlines] == [
        outline.url for outline in outlines
    ]


def test_titles_come_back() -> None:
    title = """Jobs <"R&D"> 'über' ☃"""
    assert (
        read_opml(write_opml([Outline(title, "https://a.example/")]).encode()).outlines[0].title
        == title
    )
