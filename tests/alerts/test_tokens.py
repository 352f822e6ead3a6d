"""Tokens of buttons: nobody else makes one, none is good for something else, or for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.alerts.tokens import (
    PRESSES,
    TEXT_LENGTH,
    Press,
    Token,
    TokenError,
    destination_mark,
    door_mark,
    event_id,
    once_more,
    read,
    sign,
    taken_back_by,
    undo_of,
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


RECORDS: tuple[Press, ...] = ("pursue", "skip", "good", "bad")
TOKENS = st.builds(
    Token,
    st.sampled_from(PRESSES),
    st.binary(min_size=10, max_size=10).map(bytes.hex),
    st.text(min_size=1, max_size=20).map(destination_mark),
    st.integers(0, 400 * 24).map(lambda hours: NOW + timedelta(hours=hours)),
)


@given(TOKENS, st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_any_token_is_read_as_it_was_signed_and_by_its_key_alone(
    drawn: Token, key: bytes, other: bytes
) -> None:
    text = sign(drawn, key)
    found = read(text, key, NOW)
    assert sign(found, key) == text
    assert (found.press, found.listing, found.destination) == (
        drawn.press,
        drawn.listing,
        drawn.destination,
    )
    if other != key:
        with pytest.raises(TokenError):
            read(text, other, NOW)
    with pytest.raises(TokenError):
        read(text, key, drawn.expires_at + timedelta(hours=1))


@given(TOKENS, TOKENS)
def test_two_tokens_make_one_event_only_where_they_are_one(one: Token, other: Token) -> None:
    texts = sign(one, KEY), sign(other, KEY)
    assert (texts[0] == texts[1]) == (event_id(texts[0]) == event_id(texts[1]))


@given(TOKENS, st.sampled_from(RECORDS), st.integers(1, 5))
def test_what_takes_back_names_what_it_takes_back(drawn: Token, press: Press, times: int) -> None:
    """Each action's own, of each generation: none is another's."""
    token = Token(press, drawn.listing, drawn.destination, drawn.expires_at)
    made = set()
    for _ in range(times):
        undo = undo_of(token)
        assert taken_back_by(undo) == token
        assert taken_back_by(token) is None
        made |= {sign(token, KEY), sign(undo, KEY)}
        token = once_more(token)
    assert len(made) == 2 * times


@given(st.text(min_size=1, max_size=30))
def test_a_link_is_no_button_and_a_button_no_link(name: str) -> None:
    assert door_mark(name) != destination_mark(name)
