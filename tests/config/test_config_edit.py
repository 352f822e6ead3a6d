"""Adding feeds to goldmine.toml keeps every other byte of it, or changes nothing."""

from __future__ import annotations

import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.config import edit
from goldmine_ingest.config.edit import append_feeds
from goldmine_ingest.config.replacement import replace_file
from goldmine_ingest.errors import GoldmineError

NEW = {"name": "new", "url": 'https://new.example/feed?a=1&b="2"'}
SAMPLE = Path(__file__).parents[2] / "config" / "goldmine.toml"

FILES = {
    "the shipped file": SAMPLE.read_text(encoding="utf-8"),
    "empty": "",
    "no feed": '[database]\npath = "x"',
    "no line break at the end": '[[feed]]\nname = "a"',
    "a feed with headers, then a table": (
        '[[feed]]\nname = "a"\n[feed.headers]\nX = "1"\n\n# about phones\n[[notify]]\nname = "p"\n'
    ),
    "feeds on one line": 'feed = [{name = "a", url = "https://a.example"}]\n',
    "a text that looks like a feed": '[[feed]]\nname = "a"\nnote = """\n[[feed]]\n"""\n# end\n',
    "a list of lists": '[[feed]]\nname = "a"\nx = [\n["b"],\n]\n\n[alerts]\nmax_age = "1h"\n',
    "carriage returns": '[[feed]]\r\nname = "a"\r\n\r\n# rest\r\n[alerts]\r\n',
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES.keys())
def test_the_rest_stays_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "goldmine.toml"
    path.write_bytes(text.encode())
    append_feeds(path, [NEW, {"name": "other", "url": "secret:x"}])
    after = path.read_bytes().decode()
    old = tomllib.loads(text)
    assert tomllib.loads(after) == {
        **old,
        "feed": [*old.get("feed", []), NEW, {"name": "other", "url": "secret:x"}],
    }
    for line in text.splitlines():
        assert line.split("]")[0] in after
    assert ("\r\n" in text) == ("\r\n" in after)


def test_a_new_feed_comes_before_the_remarks_that_head_the_next_table(tmp_path: Path) -> None:
    path = tmp_path / "goldmine.toml"
    path.write_text(FILES["a feed with headers, then a table"])
    append_feeds(path, [{"name": "b", "url": "https://b.example"}])
    assert (
        path.read_text()
        == '[[feed]]\nname = "a"\n[feed.headers]\nX = "1"\n\n[[feed]]\nname = "b"\nurl ='
        ' "https://b.example"\n\n# about phones\n[[notify]]\nname = "p"\n'
    )


@given(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.text(st.characters(exclude_categories=["Cs"])),
)
def test_any_name_and_address_come_back(name: str, url: str) -> None:
    after = edit._after_the_last(FILES["the shipped file"], [{"name": name, "url": url}])
    assert tomllib.loads(after)["feed"][-1] == {"name": name, "url": url}


def test_the_mode_is_kept_and_a_link_stays_one(tmp_path: Path) -> None:
    real = tmp_path / "real.toml"
    real.write_text(FILES["no feed"])
    real.chmod(0o640)
    link = tmp_path / "goldmine.toml"
    link.symlink_to(real)
    append_feeds(link, [NEW])
    assert link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["goldmine.toml", "real.toml"]


def test_a_file_that_someone_else_changes_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "goldmine.toml"
    path.write_text("# theirs")
    with pytest.raises(GoldmineError, match="changed by someone else"):
        replace_file(path, b"# ours", like=path, unless_changed=b"# before")
    assert path.read_text() == "# theirs"
    assert [found.name for found in tmp_path.iterdir()] == ["goldmine.toml"]


def test_a_file_that_is_no_toml_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "goldmine.toml"
    path.write_text("[[feed\n")
    with pytest.raises(GoldmineError, match="by a program"):
        append_feeds(path, [NEW])
    assert path.read_text() == "[[feed\n"
