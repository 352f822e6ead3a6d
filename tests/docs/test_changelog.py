"""CHANGELOG.md is in the form that it says it is in, and names what is there."""

from __future__ import annotations

import re

from goldmine_ingest import __version__
from tests.docs.test_docs import ROOT

PAGE = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
GROUPS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security", "Moved"}


def test_unreleased_stands_first_and_this_version_is_the_newest_release() -> None:
    first, *releases = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    assert first == "[Unreleased]"
    found = [re.fullmatch(r"\[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d", each) for each in releases]
    assert all(found)
    assert found[0] is not None
    assert found[0][1] == __version__


def test_each_line_is_in_a_group_that_readers_know() -> None:
    parts = re.split(r"^### (.+)\n", PAGE, flags=re.MULTILINE)
    assert set(parts[1::2]) <= GROUPS
    assert "\n- " not in parts[0]


def test_what_moved_is_where_the_table_says() -> None:
    rows = re.findall(r"^\| (`.+`) \| (`.+`) \|$", PAGE, re.MULTILINE)
    assert len(rows) > 50
    for _, there in rows:
        for name in re.findall(r"`([^`]+)`", there):
            module = ROOT / "goldmine_ingest" / name.replace(".", "/")
            assert module.with_suffix(".py").is_file() or module.is_dir(), name
