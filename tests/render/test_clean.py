"""Text from feeds made harmless: nothing invisible acts, nothing unsafe is clickable, no
grapheme is cut through.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.render.clean import (
    ZWSP,
    clean,
    cut,
    escape_controls,
    graphemes,
    safe_link,
    unlink,
)
from tests.rig.fault_table import fault


@pytest.mark.parametrize(
    ("given_text", "cleaned"),
    [
        ("a\u202eb\u2066c\u200fd", "abcd"),
        ("a\x1b[2J\x07b\x9bc\r\n\td", "a [2J b c d"),
        ("\ud800x\u200b\ufeff\u00ad", "x"),
        ("e" + "\u0301" * 50, "e" + "\u0301" * 4),
        ("👩\u200d💻 dev", "👩\u200d💻 dev"),
        (" \u2003\u00a0 ", ""),
    ],
)
def test_x15_clean(given_text: str, cleaned: str) -> None:
    """Controls and bidi go, joiners stay, floods are bounded."""
    assert clean(given_text) == cleaned


@given(st.text(st.characters(max_codepoint=0x7F)))
def test_plain_text_is_cleaned_as_any_other(text: str) -> None:
    """A character that is taken out makes it go the longer way."""
    assert clean(text) == clean(text + "\u200b")


@given(st.text())
@fault("Z6", "every control character", "none is printed")
def test_z6_a_terminal_gets_no_control_bytes(text: str) -> None:
    """Nothing under 0x20, no DEL, no C1: shown as escapes, on one line."""
    shown = escape_controls(text)
    assert not any(ord(c) < 0x20 or 0x7F <= ord(c) <= 0x9F for c in shown)


def test_z6_escapes_are_readable() -> None:
    """ESC, OSC, BEL, CR, C1, bidi."""
    assert escape_controls("a\x1b]52;c;\x07\r\x9b\u202e") == r"a\x1b]52;c;\x07\x0d\x9b\u202e"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "http://user:pw@host/",
        "http://user@host/",
        "https://",
        "http://a b/",
        "http://127.0.0.1\\@evil/",
        "http://ho\u202est/",
        "http://[::1",
        "http://host:99999/",
        "https://x/" + "a" * 3000,
        "",
        None,
    ],
)
@fault("Z7", "links that are no web addresses", "never clickable")
def test_z7_never_clickable(url: str | None) -> None:
    """http(s) with a host and without userinfo, or no link."""
    assert safe_link(url) is None


def test_a_link_is_encoded_for_any_markup() -> None:
    """Brackets, quotes, stars and the like are percent-encoded; what was encoded stays."""
    assert (
        safe_link('https://Host.example/a(b)"c*?q=%20&x=<y>_z#f|g')
        == "https://host.example/a%28b%29%22c%2A?q=%20&x=%3Cy%3E_z#f%7Cg"
    )
    assert safe_link("https://bücher.example/ä") == "https://xn--bcher-kva.example/%C3%A4"


@given(st.text(max_size=60), st.integers(1, 40))
def test_a10_cuts_fall_between_graphemes(text: str, length: int) -> None:
    """Never longer than asked; what is kept are whole graphemes of the text's beginning."""
    result = cut(text, length)
    assert len(result) <= length
    if len(text) > length:
        clusters, kept = graphemes(text), result.removesuffix("…")
        assert any("".join(clusters[:n]).rstrip() == kept for n in range(len(clusters) + 1))


def test_a10_an_emoji_at_the_cut_stays_whole_or_goes() -> None:
    """A family of joined emoji, a flag and a keycap are one each."""
    for cluster in ("👨\u200d👩\u200d👧", "🇩🇪", "1\ufe0f\u20e3", "👍🏽"):
        assert graphemes("a" + cluster) == ["a", cluster]
        assert cut("ab" + cluster + "cdef", 4) in (
            "ab…",
            "ab" + cluster + "…"[: 4 - 2 - len(cluster)],
        )


@pytest.mark.parametrize(
    "text",
    [
        "http://evil",
        "https://evil.com/x",
        "evil.com",
        "www.evil.co.uk",
        "a@b.de",
        "evil。com",
        "tg://x",
        "mailto:x",
    ],
)
def test_nothing_links_itself(text: str) -> None:
    """A zero-width space stands where a service would see an address; without it the text is as
    it was.
    """
    result = unlink(text)
    assert result.replace(ZWSP, "") == text
    assert ZWSP in result
    assert "://" not in result
    assert "@b" not in result


def test_figures_stay_untouched() -> None:
    """Decimals and versions are no addresses."""
    assert (
        unlink("pays 1.5k, Python 3.11, e.g. this")
        == "pays 1.5k, Python 3.11, e." + ZWSP + "g. this"
    )
