"""Tokens of buttons: nobody else makes one, none is good for something else, or for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.alerts.tokens import (
    PRESSES,
    TEXT_LENGTH,
    Token,
    TokenError,
    destination_mark,
    event_id,
    read,
    sign,
)
from tests.alert_cases import NOW

KEY = b"k" * 32
LISTING = "e43dac7e5e6f7a8b9c0d"
LATER = NOW + timedelta(days=14)


def token(press: str = "pursue", destination: str = "phone") -> Token:
    return Token(press, LISTING, destination_mark(destination), LATER)  # type: ignore[arg-type]


@pytest.mark.parametrize("press", PRESSES)
def test_it_comes_back_as_it_was_and_fits_a_button(press: str) -> None:
    text = sign(token(press), KEY)
    assert len(text) == TEXT_LENGTH <= 64
    found = read(text, KEY, NOW)
    assert (found.press, found.listing, found.destination) == (
        press,
        LISTING,
        destination_mark("phone"),
    )
    assert timedelta(0) <= LATER - found.expires_at < timedelta(hours=1)


def test_the_same_alert_has_the_same_token_and_each_press_its_own_event() -> None:
    """However often it is sent; another destination's, or another action's, is another."""
    texts = [
        sign(token(), KEY),
        sign(token(), KEY),
        sign(token("skip"), KEY),
        sign(token("pursue", "desk"), KEY),
    ]
    assert len(set(texts)) == 3
    assert len({event_id(text) for text in texts}) == 3
    assert all(len(event_id(text)) == 32 for text in texts)


def test_another_key_and_a_later_time_end_it() -> None:
    text = sign(token(), KEY)
    with pytest.raises(TokenError):
        read(text, b"x" * 32, NOW)
    read(text, KEY, LATER)
    with pytest.raises(TokenError):
        read(text, KEY, LATER + timedelta(hours=1))


@given(st.integers(0, TEXT_LENGTH - 1), st.characters())
def test_one_changed_character_is_no_token(place: int, char: str) -> None:
    text = sign(token(), KEY)
    forged = text[:place] + char + text[place + 1 :]
    if forged != text:
        with pytest.raises(TokenError):
            read(forged, KEY, NOW)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    with pytest.raises(TokenError):
        read(text, KEY, NOW)
