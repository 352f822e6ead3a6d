"""What `check` takes for a password or token that stands in goldmine.toml itself."""

from __future__ import annotations

import pytest

from goldmine_ingest.config.references import holds_credential, reveal
from goldmine_ingest.settings.reference import Reference


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://user:pw@board.example/feed", True),
        ("https://board.example/feed?api_key=k", True),
        ("https://board.example/feed?q=python&sort=new", False),
        ("tgram://123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1/55", True),
        ("https://hooks.example/T0/xoxb-1234567890-abcdef", True),
        ("https://board.example/ghp_abcdefghijklmnopqrst1234", True),
        ("https://www.vollna.example/rss/q7Zk93TbLm20XwPd55Rv", True),
        ("https://board.example/jobs/finance-and-accounting", False),
        ("file:feeds/q7Zk93TbLm20XwPd55Rv.xml", False),
        ("file:/home/me/upwork-2026-11-23-python-jobs-export1.xml", False),
        ("maildir:mail/q7Zk93TbLm20XwPd55Rv", False),
        ("drop:in/A1b2C3d4E5f6G7h8I9j0K1", False),
    ],
)
def test_what_looks_like_a_secret(url: str, found: bool) -> None:
    assert holds_credential(url) is found


def test_a_byte_order_mark_is_dropped(tmp_path: object) -> None:
    """As Notepad and PowerShell leave one before the first letter."""
    env = {"FEED": "\ufeffhttps://board.example/feed"}
    assert reveal(Reference("env:FEED"), tmp_path, env) == "https://board.example/feed"  # type: ignore[arg-type]
