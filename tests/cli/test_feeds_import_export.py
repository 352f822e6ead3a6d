"""`goldmine feeds import` and `export`: OPML in and out, credentials left out."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from goldmine_ingest.exchange.opml import read_opml
from tests.cli.test_feeds_add import TOKEN, Shell
from tests.rig.command import goldmine
from tests.rig.fault_table import fault

SECRET = f"https://bridge.example/rss/{TOKEN}"
OPML = f"""<opml version="2.0"><body><outline text="Jobs">
<outline type="rss" text="Board" xmlUrl="https://board.example/rss"/>
<outline type="rss" text="old" xmlUrl="https://other.example/rss"/>
<outline type="rss" text="Bridge" xmlUrl="{SECRET}"/>
<outline type="rss" text="Known" xmlUrl="https://old.example/rss"/>
<outline type="rss" text="Twice" xmlUrl="https://board.example/rss"/>
<outline type="rss" text="Evil" xmlUrl="exec:date"/>
<outline type="rss" xmlUrl="https://feeds.plain.example/x"/>
</outline></body></opml>"""


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    settings = (
        '# mine\n[[feed]]\nname = "old"\nurl = "https://old.example/rss"\n\n[[feed]]\nname ='
        ' "hidden"\nurl = "env:HIDDEN"\n'
    )
    return Shell(
        tmp_path,
        settings + '\n[[feed]]\nname = "folder"\nurl = "drop:drop"\n',
        {"HIDDEN": "https://hidden.example/rss?key=CANARY-1"},
    )


ODD = {
    "HTTPS://Example.com/B.xml?x=1": "https://Example.com/B.xml?x=1",
    "Http://plain.example/feed": "http://plain.example/feed",
    "https://long.example/" + "x" * 9000: None,
    "http://port.example:0/x": None,
    "http://empty.example:/x": None,
    "http://far.example:99999/x": None,
}


@fault("C11", "OPML with HTTPS://, port 0, 9,000 characters", "taken small, or not taken and said")
def test_what_is_written_can_be_read_by_every_command_afterwards(shell: Shell) -> None:
    """Cases as RssBandit met them: after such an import, every command said that goldmine.toml is
    wrong.
    """
    outlines = "".join(f'<outline title="t" xmlUrl="{url}"/>' for url in ODD)
    (shell.folder / "in.opml").write_text(f"<opml><body>{outlines}</body></opml>")
    (shell.folder / "drop").mkdir()
    known = len(shell.feeds())
    status, said = shell.goldmine("import", "in.opml")
    assert status == 0
    written = [url for url in ODD.values() if url]
    assert [feed["url"] for feed in shell.feeds()[known:]] == written
    assert said.count("not taken") == len(ODD) - len(written)
    done = goldmine("check", cwd=shell.folder, HIDDEN="https://hidden.example/rss?key=CANARY-1")
    assert done.returncode == 0, done.stdout + done.stderr


def test_feeds_are_added_and_everything_else_is_said(shell: Shell) -> None:
    (shell.folder / "in.opml").write_text(OPML)
    status, said = shell.goldmine("import", "in.opml")
    assert status == 0
    assert shell.feeds()[3:] == [
        {"name": "Board", "url": "https://board.example/rss"},
        {"name": "old-2", "url": "https://other.example/rss"},
        {"name": "Bridge", "url": "secret:config/secrets/Bridge.url"},
        {"name": "plain", "url": "https://feeds.plain.example/x"},
    ]
    assert "4 added, 2 already there, 1 refused" in said
    assert "Evil: not taken" in said
    assert "old is there already" in said
    assert TOKEN not in said + shell.file.read_text()
    assert stat.S_IMODE((shell.folder / "config/secrets/Bridge.url").stat().st_mode) == 0o600


FOLDERS = """<opml><body><outline text="Work"><outline text="Search"><outline text="Deep"
 xmlUrl="https://deep.example/rss"/></outline></outline><outline text="News"
 xmlUrl="https://news.example/rss"/></body></opml>"""


@pytest.mark.parametrize("folder", ["Work", "search"])
def test_only_what_lies_in_a_folder(folder: str, shell: Shell) -> None:
    (shell.folder / "in.opml").write_text(FOLDERS)
    status, said = shell.goldmine("import", "in.opml", "--folder", folder)
    assert (status, [feed["name"] for feed in shell.feeds()[3:]]) == (0, ["Deep"])
    assert "1 added" in said


def test_a_folder_that_is_not_there_names_those_that_are(shell: Shell) -> None:
    (shell.folder / "in.opml").write_text(FOLDERS)
    status, said = shell.goldmine("import", "in.opml", "--folder", "Jobs")
    assert (status, "Search, Work" in said) == (2, True)


def test_importing_again_adds_nothing(shell: Shell) -> None:
    (shell.folder / "in.opml").write_text(OPML)
    shell.goldmine("import", "in.opml")
    before = shell.file.read_bytes()
    status, said = shell.goldmine("import", "in.opml")
    assert (status, "0 added" in said, shell.file.read_bytes() == before) == (0, True, True)


@fault("Z14", "OPML with exec:, file:, |cmd", "refused")
def test_z14_a_file_with_nothing_but_commands_is_refused(shell: Shell) -> None:
    (shell.folder / "in.opml").write_text(
        '<opml><body><outline text="x" xmlUrl="|cat /etc/passwd"/></body></opml>'
    )
    before = shell.file.read_bytes()
    status, said = shell.goldmine("import", "in.opml")
    assert (status, "refused" in said, shell.file.read_bytes() == before) == (2, True, True)


def test_a_file_that_is_not_there(shell: Shell) -> None:
    assert shell.goldmine("import", "nowhere.opml")[0] == 2


def test_an_export_leaves_credentials_out_and_says_so(shell: Shell) -> None:
    (shell.folder / "in.opml").write_text(OPML)
    shell.goldmine("import", "in.opml")
    status, said = shell.goldmine("export", "out.opml")
    text = (shell.folder / "out.opml").read_text()
    assert status == 0
    assert [outline.title for outline in read_opml(text.encode()).outlines] == [
        "old",
        "Board",
        "old-2",
        "plain",
    ]
    assert "CANARY" not in text + said
    assert TOKEN not in text + said
    for name in ("hidden", "folder", "Bridge"):
        assert f"{name} is left out" in said


def test_an_export_with_secrets_is_private_and_whole(shell: Shell) -> None:
    status, _ = shell.goldmine("export", "out.opml", "--with-secrets")
    out = shell.folder / "out.opml"
    assert [outline.url for outline in read_opml(out.read_bytes()).outlines] == [
        "https://old.example/rss",
        shell.env["HIDDEN"],
    ]
    assert (status, stat.S_IMODE(out.stat().st_mode)) == (0, 0o600)


def test_a_secret_that_is_not_to_be_had_is_said(shell: Shell) -> None:
    shell.env.clear()
    status, said = shell.goldmine("export", "out.opml", "--with-secrets")
    assert (status, "hidden is left out: the environment variable HIDDEN is not set" in said) == (
        3,
        True,
    )


def test_what_was_exported_can_be_imported_elsewhere(
    shell: Shell, tmp_path_factory: pytest.TempPathFactory
) -> None:
    shell.goldmine("export", "out.opml", "--with-secrets")
    other = Shell(tmp_path_factory.mktemp("other"), '[[feed]]\nname = "first"\nurl = "drop:drop"\n')
    (other.folder / "in.opml").write_bytes((shell.folder / "out.opml").read_bytes())
    assert other.goldmine("import", "in.opml")[0] == 0
    assert [feed["name"] for feed in other.feeds()] == ["first", "old", "hidden"]
    assert "CANARY" not in other.file.read_text()


def test_an_export_can_be_printed(shell: Shell) -> None:
    _, said = shell.goldmine("export", "-")
    assert '<outline type="rss" text="old"' in said
    assert not (shell.folder / "-").exists()
