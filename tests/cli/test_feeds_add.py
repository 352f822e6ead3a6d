"""`goldmine feeds add`, `import` and `export`: what they show, what they write, and that
credentials stay where they belong.
"""

from __future__ import annotations

import io
import stat
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from goldmine_ingest.cli import feeds
from goldmine_ingest.cli.parser import parse
from goldmine_ingest.cli.session import Session
from goldmine_ingest.errors import GoldmineError
from tests.rig.command import goldmine
from tests.rig.fault_table import fault
from tests.rig.feed_server import Answer, FeedServer
from tests.rig.project import CRITERIA, NOON, upwork_feed, upwork_item

TOKEN = "q7Zk93TbLm20XwPd55Rv"  # in the shape of a bridge's feed token
BOARD = b"""<rss version="2.0"><channel><title>Remote board</title><ttl>60</ttl><item><title>Clerk</title>
<link>https://board.example/1</link><description>Keep the books.</description></item></channel></rss>"""


@dataclass
class Shell:
    """A project folder with a command line."""

    folder: Path
    settings: str = ""
    env: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        (self.folder / "config").mkdir()
        self.file.write_text(self.settings, encoding="utf-8")
        (self.folder / "config" / "criteria.toml").write_text(CRITERIA, encoding="utf-8")

    @property
    def file(self) -> Path:
        return self.folder / "config" / "goldmine.toml"

    def feeds(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = tomllib.loads(self.file.read_text(encoding="utf-8")).get(
            "feed", []
        )
        return found

    def goldmine(self, *arguments: str) -> tuple[int, str]:
        """The exit status, and everything that was printed."""
        printed = io.StringIO()
        asked = sys.stdin.isatty() or arguments[0] != "add"
        yes = [] if asked else ["--yes"]
        command = parse(["feeds", *arguments, *yes])
        session = Session(None, self.env, self.folder, printed, printed, now=lambda: NOON)
        try:
            status = feeds.run(command.args, session)
        except GoldmineError as error:
            return error.exit_status, printed.getvalue() + str(error)
        return status, printed.getvalue()


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as running:
        running.script("/jobs", Answer(body=upwork_feed(upwork_item(1), upwork_item(2))))
        running.script(f"/rss/{TOKEN}", Answer(body=upwork_feed(upwork_item(1))))
        running.script("/board", Answer(body=BOARD))
        running.script("/page", Answer(body=b"<html><body>Log in</body></html>"))
        running.script("/gone", Answer(410))
        yield running


@pytest.fixture
def shell(tmp_path: Path, server: FeedServer) -> Shell:
    return Shell(
        tmp_path,
        f'# my feeds\n[fetch]\nallow_private = ["{server.place}"]\n\n[[feed]]\nname = "old"\nurl ='
        ' "https://old.example/rss"\n# end\n',
    )


def test_an_address_is_looked_at_shown_and_added(shell: Shell, server: FeedServer) -> None:
    status, said = shell.goldmine("add", server.url("/jobs"))
    assert status == 0
    assert "platform: upwork" in said
    assert "listings: 2" in said
    assert "budget_max" in said
    assert "Month-end reconciliation 1" in said
    assert shell.feeds()[1:] == [{"name": "upwork", "url": server.url("/jobs")}]
    assert shell.file.read_text().startswith("# my feeds\n")
    assert shell.file.read_text().endswith("# end\n")


@pytest.mark.parametrize("typed", ["n\n", ""])
def test_without_a_terminal_nothing_is_added_unless_told_to(
    shell: Shell, server: FeedServer, typed: str
) -> None:
    done = goldmine("feeds", "add", server.url("/jobs"), cwd=shell.folder, stdin=typed)
    assert (done.returncode, "--yes" in done.stderr, len(shell.feeds())) == (2, True, 1)
    for wrong in (
        ("gopher://x",),
        (server.url("/jobs"), "--name", "old"),
        ("https://old.example/rss",),
    ):
        done = goldmine("feeds", "add", *wrong, cwd=shell.folder, stdin=typed)
        assert (done.returncode, "--yes" in done.stderr, len(shell.feeds())) == (2, False, 1)
    done = goldmine("feeds", "add", server.url("/jobs"), "--yes", cwd=shell.folder, stdin=typed)
    assert (done.returncode, len(shell.feeds())) == (0, 2)


def test_a_feed_that_asks_for_a_slower_pace_gets_it(shell: Shell, server: FeedServer) -> None:
    shell.goldmine("add", server.url("/board"), "--name", "board")
    assert shell.feeds()[1:] == [{"name": "board", "url": server.url("/board"), "every": "60m"}]


def test_a_credential_goes_into_a_file_of_its_own(shell: Shell, server: FeedServer) -> None:
    status, said = shell.goldmine("add", server.url(f"/rss/{TOKEN}"), "--name", "my bridge/1")
    assert (status, shell.feeds()[1:]) == (
        0,
        [{"name": "my bridge/1", "url": "secret:config/secrets/my-bridge-1.url"}],
    )
    secret = shell.folder / "config/secrets/my-bridge-1.url"
    assert secret.read_text() == server.url(f"/rss/{TOKEN}") + "\n"
    assert (stat.S_IMODE(secret.stat().st_mode), stat.S_IMODE(secret.parent.stat().st_mode)) == (
        0o600,
        0o700,
    )
    assert TOKEN not in said
    assert TOKEN not in shell.file.read_text()
    assert shell.goldmine("add", server.url(f"/rss/{TOKEN}"))[0] == 2


@pytest.mark.parametrize(
    ("path", "why"), [("/page", "web page"), ("/gone", "gone"), ("/nothing", "http_error")]
)
def test_what_yields_no_feed_is_not_added(
    shell: Shell, server: FeedServer, path: str, why: str
) -> None:
    before = shell.file.read_bytes()
    status, said = shell.goldmine("add", server.url(path))
    assert (status, why in said) == (3, True)
    assert shell.file.read_bytes() == before


def test_the_guard_holds_here_too(shell: Shell) -> None:
    with FeedServer() as private:
        status, said = shell.goldmine("add", private.url("/jobs"))
        assert private.requests("/jobs") == []
    assert (status, "forbidden_address" in said) == (3, True)


@pytest.mark.parametrize(
    "address", ["exec:date", "|date", "ftp://a.example/x", "", "imap:nobody", "webhook:nobody"]
)
@fault("Z14", "an address that no feed can have", "refused")
def test_z14_an_address_that_no_feed_can_have(shell: Shell, address: str) -> None:
    assert shell.goldmine("add", address)[0] == 2
    assert len(shell.feeds()) == 1


def test_an_address_or_name_that_is_there_already(shell: Shell, server: FeedServer) -> None:
    assert shell.goldmine("add", "https://old.example/rss")[0] == 2
    assert shell.goldmine("add", server.url("/jobs"), "--name", "old")[0] == 2
    shell.goldmine("add", server.url("/jobs"))
    shell.goldmine("add", server.url("/board") + "?second", "--name", "second")
    status, said = shell.goldmine("add", server.url("/jobs?page=2"))
    assert (status, "added upwork-2" in said) == (0, True)


def test_a_folder_can_be_looked_at_too(shell: Shell) -> None:
    (shell.folder / "drop").mkdir()
    (shell.folder / "drop" / "a.json").write_text(
        '{"title": "Clerk", "url": "https://board.example/1"}'
    )
    status, said = shell.goldmine("add", "drop:drop", "--name", "folder")
    assert (status, "listings: 1" in said, shell.feeds()[1:]) == (
        0,
        True,
        [{"name": "folder", "url": "drop:drop"}],
    )
    assert (shell.folder / "drop" / "a.json").exists()


def test_an_address_is_tried_and_nothing_is_stored(shell: Shell, server: FeedServer) -> None:
    """What it holds, and how the criteria judge it, the best first; as `add` refuses what is none."""
    before = shell.file.read_bytes()
    status, printed = shell.goldmine("test", server.url("/jobs"))
    assert status == 0
    assert "platform: upwork\nlistings: 2\n" in printed
    assert "by your criteria: 2 qualified, 0 review, 0 rejected" in printed
    assert shell.goldmine("test", server.url("/board"))[1].count("Clerk") == 2
    for path, said in (("/page", "holds no listings"), ("/gone", "can't be read")):
        status, printed = shell.goldmine("test", server.url(path))
        assert (status, said in printed) == (3, True)
    assert shell.goldmine("test", "ftp://h/")[0] == 2
    secret = server.url(f"/rss/{TOKEN}")
    assert TOKEN not in shell.goldmine("test", secret)[1]
    assert shell.file.read_bytes() == before
    assert sorted(path.name for path in shell.folder.iterdir()) == ["config"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "count"), [("\n", 2), ("y\n", 2), ("n\n", 1), ("", 1)])
def test_on_a_terminal_it_asks(
    shell: Shell, server: FeedServer, monkeypatch: pytest.MonkeyPatch, answer: str, count: int
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    assert shell.goldmine("add", server.url("/jobs"))[0] == 0
    assert len(shell.feeds()) == count


def test_without_an_address_it_is_asked_for(
    shell: Shell, server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(server.url("/jobs") + "\n"))
    assert shell.goldmine("add", "--yes")[0] == 0
    assert len(shell.feeds()) == 2
    monkeypatch.setattr("sys.stdin", Terminal(""))
    assert shell.goldmine("add")[0] == 2
