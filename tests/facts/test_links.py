"""One spelling per address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.facts.links import canonical_link


@pytest.mark.parametrize(
    ("link", "canonical"),
    [
        ("http://Board.Example/Jobs/1/?utm_source=a&ref=b#top", "https://board.example/Jobs/1"),
        ("https://board.example:443/", "https://board.example"),
        ("http://board.example:80/a", "https://board.example/a"),
        ("http://127.0.0.1:8080/a", "http://127.0.0.1:8080/a"),
        ("https://board.example/a?b=2&a=1&sid=9", "https://board.example/a?a=1&b=2"),
        ("https://board.example/%7Ea%2fb", "https://board.example/~a%2Fb"),
        ("https://board.example./a//b", "https://board.example/a/b"),
        ("  https://board.example/a b ", "https://board.example/a%20b"),
    ],
)
def test_canonical_link(link: str, canonical: str) -> None:
    """Tracking, case of the host, ports, fragments and slashes don't make another job."""
    assert canonical_link(link) == canonical


@pytest.mark.parametrize(
    "link",
    ["", "javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "http://user:pw@x.example/", "https://", "/a", "https://x\\y.example/",
     "https://x.example/\x1b", "https://[::1", "https://x.example:99999/", "https://x.example/" + "a" * 5000, "mailto:a@x.example"],
)  # fmt: skip
def test_z7_what_is_no_web_address(link: str) -> None:
    """Only http and https, without a user, shall ever be clickable."""
    assert canonical_link(link) is None


@given(st.text() | st.text().map(lambda text: "https://board.example/" + text))
def test_canonical_is_final(link: str) -> None:
    """Never raises, and a canonical link is its own canonical form."""
    once = canonical_link(link)
    assert once is None or canonical_link(once) == once
