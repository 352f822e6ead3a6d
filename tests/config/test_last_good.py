"""A configuration that breaks while it is served: the last good one stays in force, is said, and
the mended one is taken up.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from goldmine_ingest.config.last_good import LastGood
from goldmine_ingest.errors import ConfigError
from tests.rig.project import Home

FEED = '[[feed]]\nname = "jobs"\nurl = "https://board.example/jobs"\n'
BREAKS = {
    "not TOML": ("goldmine.toml", "[[feed"),
    "a wrong value": ("goldmine.toml", '[schedule]\nevery = "often"\n' + FEED),
    "empty": ("goldmine.toml", ""),
    "not UTF-8": ("goldmine.toml", "name = '\udcff'"),
    "broken criteria": ("criteria.toml", "[budget\n"),
    "broken terms": ("terms.json", "{"),
    "gone": ("goldmine.toml", None),
}


def reader(home: Home) -> LastGood:
    return LastGood(home.project().config_path, env={"HOME": str(home.folder)}, cwd=home.folder)


@pytest.mark.parametrize("case", BREAKS)
def test_the_last_good_configuration_stays_in_force_until_it_is_mended(
    tmp_path: Path, case: str
) -> None:
    home = Home(tmp_path, FEED)
    last_good = reader(home)
    good = last_good.read()
    assert (good.broken, good.mended) == (None, False)
    name, text = BREAKS[case]
    file = good.project.config_path.parent / name
    before = file.read_bytes() if file.exists() else None
    if text is None:
        file.unlink()
    else:
        file.write_bytes(text.encode("utf-8", "surrogateescape"))

    found = last_good.read()
    assert isinstance(found.broken, ConfigError)
    assert found.project.feeds == good.project.feeds
    assert (found.project.home, found.project.config_path) == (
        good.project.home,
        good.project.config_path,
    )
    assert found.project.criteria.criteria_hash == good.project.criteria.criteria_hash
    again = last_good.read()
    assert again.since == found.since

    if before is None:
        file.unlink()
    else:
        file.write_bytes(before + b"\n# mended\n" if name != "terms.json" else before)
    mended = last_good.read()
    assert (mended.broken, mended.mended, mended.since) == (None, True, found.since)
    assert not last_good.read().mended


def test_the_copy_is_as_private_as_a_secret_and_follows_each_good_change(tmp_path: Path) -> None:
    home = Home(tmp_path, FEED)
    last_good = reader(home)
    path = last_good.read().project.config_path
    (copy,) = (tmp_path / "data").glob("*.last-good")
    assert copy.stat().st_mode & 0o777 == 0o600
    path.write_text(path.read_text().replace("jobs", "gigs"))
    assert last_good.read().project.feeds[0].name == "gigs"
    path.write_text("[")
    assert last_good.read().project.feeds[0].name == "gigs"


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", '{"files": {}}', '{"files": {"goldmine.toml": "["}}']
)
def test_without_a_copy_that_can_be_read_what_is_wrong_is_said(tmp_path: Path, damage: str) -> None:
    home = Home(tmp_path, FEED)
    last_good = reader(home)
    path = last_good.read().project.config_path
    (copy,) = (tmp_path / "data").glob("*.last-good")
    copy.write_text(damage)
    path.write_text("[[feed")
    with pytest.raises(ConfigError, match="not valid TOML"):
        last_good.read()


def test_where_nothing_can_be_kept_the_configuration_is_read_all_the_same(tmp_path: Path) -> None:
    home = Home(tmp_path, FEED)
    last_good = reader(home)
    (tmp_path / "data").write_text("a file where the folder should be")
    assert last_good.read().project.feeds[0].name == "jobs"


def test_what_serve_began_with_is_kept_before_any_run_has_read_it(tmp_path: Path) -> None:
    """And what the owner was told of a mistake before is still to be taken back."""
    last_good = reader(Home(tmp_path, FEED))
    project = Home(tmp_path, FEED).project()
    last_good.keep(project)
    project.config_path.write_text("[[feed")
    found = last_good.read()
    assert found.project.feeds == project.feeds
    assert found.broken is not None
    now = Home(tmp_path, FEED.replace("jobs", "gigs")).project()
    last_good.keep(now)
    mended = last_good.read()
    assert (mended.mended, mended.project.feeds) == (True, now.feeds)
