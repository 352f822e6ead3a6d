"""2.9 Security, as a whole project sees it; what single rooms show (the guard's spellings, each
service's escapes) is marked there.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.scene import CANARIES, Scene
from tests.rig.command import goldmine
from tests.rig.fault_table import fault
from tests.rig.feed_server import Answer
from tests.rig.project import upwork_feed
from tests.rig.watching import item, told

HOSTILE = (
    "*b* _i_ [x](http://evil.example) &lt;b&gt; @everyone &lt;!channel&gt; &lt;@U1&gt; ``` \x9b2J"
    " \u202e"
)


# The 22 forms of docs/reliability.md Z1. In each, {port} is the tripwire's: what leads to this
# machine is listened for.
FORMS = (
    "127.0.0.1:{port}/",
    "127.1:{port}/",
    "2130706433:{port}/",
    "0x7f.1:{port}/",
    "017700000001:{port}/",
    "0:{port}/",
    "[::1]:{port}/",
    "[::ffff:127.0.0.1]:{port}/",
    "[::]:{port}/",
    "[fe80::1]:{port}/",
    "[fc00::1]:{port}/",
    "10.0.0.1:{port}/",
    "172.16.0.1:{port}/",
    "192.168.0.1:{port}/",
    "169.254.169.254:{port}/",
    "100.64.0.1:{port}/",
    "[2002:7f00:1::]:{port}/",  # 6to4 of 127.0.0.1
    "[2001:0:7f00:1::]:{port}/",  # Teredo
    "224.0.0.1:{port}/",
    "localhost.:{port}/",
    "127.0.0.1.:{port}/",
    "ok.example@127.0.0.1:{port}/",
    "127.0.0.1:{port}\\@ok.example/",
)
REFUSED = ("forbidden_address", "dns", "http_error", "error")


@fault(
    "Z1",
    "feeds at 22 spellings of private addresses, with a listener",
    "refused; the listener sees nothing",
)
def test_z1_private_by_any_spelling(stage: Callable[..., Scene]) -> None:
    scene = stage(broken=len(FORMS))
    for feed, form in zip(scene.faulty, FORMS, strict=True):
        scene.faulty_at(f"http://{form.format(port=scene.tripwires[0].port)}", feed)
    scene.run()
    for feed in scene.faulty:
        scene.failed(*REFUSED, feed=feed)
    scene.heals()


OTHER_SCHEMES = (
    "file:///etc/hostname",
    "ftp://127.0.0.1:{port}/",
    "gopher://127.0.0.1:{port}/",
    "data:text/xml,<rss/>",
)


@fault(
    "Z2",
    "an allowed feed that redirects to each of Z1, to file:, ftp:, gopher:, data:",
    "refused at that hop",
)
def test_z2_redirected_inside(stage: Callable[..., Scene]) -> None:
    targets = [*(f"http://{form}" for form in FORMS), "http://127.0.0.2:{port}/", *OTHER_SCHEMES]
    scene = stage(broken=len(targets))
    for feed, target in zip(scene.faulty, targets, strict=True):
        port = scene.tripwires["127.0.0.2" in target].port
        scene.feeds.script(f"/{feed}", Answer(302, headers={"Location": target.format(port=port)}))
    scene.run()
    for feed in scene.faulty:
        scene.failed(*REFUSED, feed=feed)
    scene.heals()


@fault(
    "Z3", "a name that is public first and loopback then; mixed records", "nothing is connected to"
)
def test_z3_rebinding(scene: Scene) -> None:
    answers = iter([["93.184.216.34", "127.0.0.1"], ["127.0.0.1"]])

    def resolve(_host: str, _port: int) -> list[str]:
        found = next(answers, None)
        if found is None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return found

    scene.resolve = resolve
    scene.faulty_at(f"http://rebinding.example:{scene.tripwires[0].port}/")
    for _ in range(2):
        scene.run()
        scene.failed("forbidden_address")
        scene.home.clock.forward(hours=1)
    scene.heals()


@fault("Z4", "item links, enclosures, icons, stylesheets that point to a tripwire", "never fetched")
def test_z4_addresses_in_the_content(scene: Scene) -> None:
    trap = f"http://127.0.0.1:{scene.tripwires[0].port}"
    body = scene.body(qualified=(11,)).decode()
    body = body.replace(
        "?><rss", f'?><?xml-stylesheet type="text/xsl" href="{trap}/x.xsl"?><rss', 1
    )
    body = body.replace(
        "<channel>",
        f"<channel><image><url>{trap}/i.png</url></image><cloud"
        f' domain="127.0.0.1"/><docs>{trap}</docs>',
        1,
    )
    extra = (
        f'<enclosure url="{trap}/e.mp3" length="1"'
        f' type="audio/mpeg"/><comments>{trap}/c</comments><source url="{trap}/s">s</source>'
    )
    body = body.replace("<guid>", extra + "<guid>").replace(
        "<![CDATA[", f'<![CDATA[<img src="{trap}/p.gif"><a href="{trap}/a">see</a> '
    )
    scene.feeds.script("/faulty", Answer(body=body.encode()))
    scene.run()
    assert scene.outcome() == ("ok", "")
    scene.heals(qualified=(11, 12))


@fault(
    "Z5",
    "a title full of markup and mentions, through a whole cycle",
    "told as text, with the listing's link only",
)
def test_z5_a_hostile_title(scene: Scene) -> None:
    hostile = item(11).replace("<title>", f"<title>{HOSTILE} ".encode("utf-8", "ignore").decode())
    scene.feeds.script("/faulty", Answer(body=upwork_feed(hostile)))
    scene.run()
    [(title,)] = scene.rows("SELECT title FROM listings WHERE title LIKE '%@everyone%'")
    scene.served[str(title)] = "qualified"
    [message] = [m for m in told(scene.phone) if m["listing"]["title"] == title]
    assert "\x9b" not in str(message["text"])
    scene.settles()


@fault(
    "Z8",
    "SQL in titles, in feed names, in what is asked on the command line",
    "text; the tables are intact",
)
def test_z8_sql_everywhere(scene: Scene) -> None:
    evil = "'; DROP TABLE listing; --"
    scene.home.settings = scene.home.settings.replace('name = "faulty"', f'name = "{evil}"')
    hostile = item(11).replace("<title>", f"<title>{evil} $1 ? %s ")
    scene.feeds.script("/faulty", Answer(body=upwork_feed(hostile)))
    scene.run()
    [(title,)] = scene.rows("SELECT title FROM listings WHERE title LIKE '%DROP TABLE%'")
    scene.served[str(title)] = "qualified"
    for command in (
        ("find", evil),
        ("explain", evil),
        ("alerts", "drop", evil, "--why", evil),
        ("feeds", "accept", evil),
    ):
        asked = goldmine(*command, cwd=scene.folder, **scene.home.env)
        assert "Traceback" not in asked.stderr
    assert scene.rows("SELECT count(*) FROM sightings WHERE feed LIKE '%DROP%'") == [(1,)]
    scene.settles()


@pytest.mark.parametrize(
    "command",
    [
        ("run", "--all"),
        ("run", "--all", "--json"),
        ("check", "--online"),
        ("notify", "test"),
        ("doctor",),
    ],
)
@fault(
    "Z11",
    "every source and destination fails, at --verbose",
    "no secret in anything that is printed or written",
)
def test_z11_everything_fails(command: tuple[str, ...], tmp_path: Path) -> None:
    """The stage's conditions look into files, database, log and reports after every case; here
    the command prints for a person.
    """
    with Scene(tmp_path) as scene:
        scene.settled = ()
        scene.run()
        scene.served.clear()
        for path in ("/healthy", "/faulty"):
            scene.feeds.script(path, Answer(body=b"<html>not a feed</html>"))
        scene.phone.script = scene.desk.script = ["404"]
        asked = goldmine(*command, "--verbose", cwd=tmp_path, **scene.home.env)
        assert asked.returncode in (
            0,
            1,
            2,
            3,
        ), asked.stderr  # 1: doctor finds that no feed was asked for long
        printed = asked.stdout + asked.stderr
        assert [name for name, canary in CANARIES.items() if canary in printed] == []
        assert "Traceback" not in printed
        scene.serve("/healthy", qualified=(1,), rejected=(3,), review=(4,))
        scene.rows("DELETE FROM poll WHERE feed = 'healthy' AND outcome = 'not_a_feed'")


@fault(
    "Z12",
    "umask 000 in a whole cycle with a published copy and a backup",
    "files 0600 (the copy for others 0400), folders 0700",
)
def test_z12_modes_of_everything_that_is_written(scene: Scene) -> None:
    scene.home.settings = 'publish = "data/history.duckdb"\n' + scene.home.settings
    scene.home.project()
    before = os.umask(0)
    try:
        for file in (scene.folder / "config").iterdir():
            file.chmod(0o600)  # the rig writes them anew, over what is there
        scene.serve("/faulty", qualified=(11,))
        scene.run()
        assert (
            goldmine(
                "backup", "data/backups/goldmine-mine.duckdb", cwd=scene.folder, **scene.home.env
            ).returncode
            == 0
        )
        modes = {
            str(path.relative_to(scene.folder)): path.stat().st_mode & 0o777
            for path in (scene.folder / "data").rglob("*")
        }
    finally:
        os.umask(before)
    loose = {
        name: oct(mode)
        for name, mode in modes.items()
        if mode not in (0o600, 0o400, 0o700) or (mode == 0o400) != name.endswith("history.duckdb")
    }
    assert not loose
    assert {
        "data/goldmine.duckdb",
        "data/history.duckdb",
        "data/backups/goldmine-mine.duckdb",
    } <= modes.keys()
    scene.heals(qualified=(11, 12))
