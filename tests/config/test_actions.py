"""[actions]: what of it is refused, what is warned of, and what `check` says of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from goldmine_ingest.cli.check_actions import action_doubts, ways_to_decide
from tests.config.test_config import FEED, NOTIFY, problems, project
from tests.rig.command import goldmine

REFUSED = [
    ('url = "box.example"', "actions.url", "is no address"),
    ('url = "ftp://box.example"', "actions.url", "is no address"),
    ('url = "https://"', "actions.url", "is no address"),
    ('url = "https://box.example:0"', "actions.url", "is no address"),
    ('url = "https://box.example:99999"', "actions.url", "is no address"),
    ('url = "https://me:pw@box.example"', "actions.url", "has more than a host and a port"),
    ('url = "https://box.example/path"', "actions.url", "has more than a host and a port"),
    ('url = "https://box.example?x=1"', "actions.url", "has more than a host and a port"),
    ('url = "https://box.example#x"', "actions.url", "has more than a host and a port"),
    ('url = "https://bo x.example"', "actions.url", "is 'bo x.example'"),
    ('url = "http://box.example"', "actions.url", "is http: "),
    ('url = "http://203.0.113.7:4301"', "actions.url", "is http: "),
    ('url = "http://0.0.0.0:4301"', "actions.url", "is http: "),
    (f'url = "https://{"x" * 200}.example"', "actions.url", "has 216 characters"),
    ('listen = "0.0.0.0:4301"', "actions.listen", "is an address that other machines reach"),
    ('listen = "[::]:4301"', "actions.listen", "is an address that other machines reach"),
    ('listen = "box.example:4301"', "actions.listen", "names no IP address"),
    ('listen = "127.0.0.1:4300"\nurl = "https://b.example"', "actions.listen", "is the port of"),
    ('buttons = ["hire"]', "actions.buttons[0]", "is 'hire'"),
]


@pytest.mark.parametrize(("lines", "where", "message"), REFUSED)
def test_plain_dangers_and_what_is_no_address_are_refused(
    tmp_path: Path, lines: str, where: str, message: str
) -> None:
    found = problems(tmp_path, f"{FEED}{NOTIFY}[actions]\n{lines}\n")
    assert list(found) == [where]
    assert found[where].startswith(message)


@pytest.mark.parametrize(
    ("lines", "url", "warned"),
    [
        ("", "", []),
        ('url = "https://Box.example:8443/"', "https://box.example:8443", []),
        ('url = "https://[2001:db8::7]:8443"', "https://[2001:db8::7]:8443", []),
        ('url = "http://127.0.0.1:4301"', "http://127.0.0.1:4301", []),
        ('url = "http://192.168.1.7:4301"', "http://192.168.1.7:4301", ["actions.url"]),
        ('url = "http://100.100.1.7:4301"', "http://100.100.1.7:4301", ["actions.url"]),
        (
            'url = "https://box.example"\nlisten = "0.0.0.0:4301"',
            "https://box.example",
            ["actions.listen"],
        ),
    ],
)
def test_what_is_possible_is_taken_and_what_is_dangerous_said(
    tmp_path: Path, lines: str, url: str, warned: list[str]
) -> None:
    made = project(tmp_path, f"{FEED}{NOTIFY}[actions]\n{lines}\n")
    assert made.actions is not None
    assert made.actions.url == url
    assert [where for where, _ in made.warnings if where.startswith("actions")] == warned


URLS = {
    "phone": "tgram://123456789:abcdefg_hijklmnop_qrstuvwxyz_12345/1",
    "push": "ntfys://me:pw@ntfy.example/jobs",
    "team": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#jobs",
    "here": "terminal",
}


@pytest.mark.parametrize(
    ("table", "ways", "doubts"),
    [
        ("", dict.fromkeys(URLS), []),
        (
            "[actions]",
            {"phone": "buttons", "push": "buttons", "team": None, "here": None},
            ["notify[1].reply_token"],
        ),
        (
            '[actions]\nurl = "https://box.example"',
            {"phone": "buttons", "push": "buttons", "team": "links", "here": None},
            [],
        ),
        ("[actions]\nbuttons = []", dict.fromkeys(URLS), ["actions"]),
    ],
)
def test_check_says_how_one_decides_by_each_destination(
    tmp_path: Path, table: str, ways: dict[str, str | None], doubts: list[str]
) -> None:
    notify = "".join(f'[[notify]]\nname = "{n}"\nurl = "{u}"\n' for n, u in URLS.items())
    made = project(tmp_path, f"{FEED}{notify}{table}\n")
    assert ways_to_decide(made, URLS) == ways
    assert [where for where, _ in action_doubts(made, URLS)] == doubts


@pytest.mark.parametrize(("every", "doubts"), [("12h", []), ("13h", ["actions"])])
def test_check_says_where_presses_are_fetched_too_rarely(
    tmp_path: Path, every: str, doubts: list[str]
) -> None:
    """ntfy keeps them for twelve hours; by then a cycle must have asked."""
    url = "ntfy://jobs"
    notify = f'[[notify]]\nname = "push"\nurl = "{url}"\n'
    made = project(tmp_path, f'[schedule]\nevery = "{every}"\n{FEED}{notify}[actions]\n')
    assert [where for where, _ in action_doubts(made, {"push": url})] == doubts


def test_check_explains_the_door(tmp_path: Path) -> None:
    notify = f'[[notify]]\nname = "team"\nurl = "{URLS["team"]}"\n'
    project(tmp_path, f'{FEED}{notify}[actions]\nurl = "https://box.example:8443"\n')
    done = goldmine("--config", str(tmp_path / "config/goldmine.toml"), "check", cwd=tmp_path)
    assert "links to the door" in done.stdout
    assert "the door listens on 127.0.0.1:4301 while goldmine serve or goldmine web" in done.stderr
