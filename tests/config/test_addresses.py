"""Addresses as files, shells and editors leave them: what is told of them, for feeds and
destinations alike.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from goldmine_ingest import config
from goldmine_ingest.errors import UnavailableError
from goldmine_ingest.settings.addresses import doubts, spoilt
from goldmine_ingest.settings.reference import Reference
from tests.rig.command import goldmine
from tests.rig.fault_table import fault

CANARY = "s3cretCanaryT0ken"
FEED, PHONE = f"https://www.vollna.com/rss/{CANARY}", f"json://127.0.0.1:1/{CANARY}"
BOM, ZERO_WIDTH, NO_BREAK = "\ufeff", "\u200b", "\u00a0"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('"', '"', "begins with a quotation mark"),
        ("'", "'", "begins with a quotation mark"),
        ("export X=", "", "holds a whole line NAME=value"),
        ("X=", "", "holds a whole line NAME=value"),
        ("", ZERO_WIDTH, "begins or ends with a space"),
        (NO_BREAK, "", "begins or ends with a space"),
        ("", " ", "begins or ends with a space"),
    ],
)
@fault(
    "A9",
    "addresses with what a shell, an editor or a file put round them",
    "named by `check`, never quoted",
)
def test_a9_what_a_paste_adds_is_named(before: str, after: str, told: str, tmp_path: Path) -> None:
    for url in (FEED, PHONE):
        with pytest.raises(UnavailableError) as caught:
            config.reveal(Reference("env:X"), tmp_path, {"X": f"{before}{url}{after}"})
        assert told in str(caught.value)
        assert CANARY not in f"{caught.value} {caught.value.hint}"


def test_a_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    """From a variable and from a file."""
    (tmp_path / "secret").write_text(f"{BOM}{PHONE}\r\n", encoding="utf-8")
    (tmp_path / "secret").chmod(0o600)
    assert config.reveal(Reference("secret:secret"), tmp_path, {}) == PHONE
    assert config.reveal(Reference("env:X"), tmp_path, {"X": BOM + FEED}) == FEED


@pytest.mark.parametrize(
    "value",
    ['"a password"', " with spaces ", "x=y", "", "https://h/?q=%22a%22", 'https://h/?q="a"', FEED],
)
def test_what_is_no_address_or_a_good_one_is_left_alone(value: str) -> None:
    assert spoilt(value) is None


@pytest.mark.parametrize(
    ("value", "apprise", "told"),
    [
        ("https://ann:pa#ss@example.com/feed", False, "%23"),
        ("https://example.com/feed#part", False, "%23"),
        ("mailto://ann:pa#ss@example.com", True, "%23"),
        ("mmosts://h/token?to=#jobs", True, "%23"),
        ("https://ann@example.com:pw@example.com/feed", False, "%40"),
        ("mailto://ann@example.com:pw@example.com", True, "%40"),
        ("https://ann:pa/ss@example.com/feed", False, "%2F"),
        ("mailto://ann:pa/ss@example.com", True, "%2F"),
        ('mailto://ann:"pass"@example.com', True, "%22"),
    ],
)
def test_signs_that_end_a_part_are_doubted(value: str, apprise: bool, told: str) -> None:
    assert any(told in doubt for doubt in doubts(value, apprise=apprise))


@pytest.mark.parametrize(
    "value",
    [
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#jobs",
        "tgram://123456789:abc/@channel",
        "mailto://ann:secret@example.com?from=me@example.com&to=a@b.de",
        "matrixs://ann:secret@example.org/#jobs:example.org/@ann:example.org",
    ],
)
def test_a_good_destination_is_not_doubted(value: str) -> None:
    assert list(doubts(value, apprise=True)) == []


def test_check_says_where_messages_go_and_what_is_no_address(tmp_path: Path) -> None:
    """A feed's variable is looked at as a destination's is. Channels are named, numbers aren't."""
    (tmp_path / "goldmine.toml").write_text(
        '[[feed]]\nname = "f"\nurl = "env:F"\n'
        '[[notify]]\nname = "team"\nurl = "env:TEAM"\n'
        '[[notify]]\nname = "phone"\nurl = "env:PHONE"\n'
    )
    (tmp_path / "criteria.toml").write_text("")
    said = goldmine(
        *("--config", "goldmine.toml", "check"),
        cwd=tmp_path,
        F="no address at all",
        TEAM="slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#jobs",
        PHONE="tgram://123456789:abcdefg_hijklmnop_qrstuvwxyz_12345/987654/123456/my+chat",
    )
    assert said.returncode == 3, said.stderr
    assert "what env:F holds is not a web address" in said.stdout
    assert "Slack: #jobs" in said.stdout
    assert "Telegram: …456, …654 (not my…: no recipient of this service)" in said.stdout
    assert "987654" not in said.stdout + said.stderr
