"""Proxies and other people's logins: what is asked through which proxy, and that a stranger's
credentials are never sent.
"""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from goldmine_ingest.fetch.guard import is_loopback
from goldmine_ingest.notify import Notifier
from goldmine_ingest.notify.proxies import proxies_for
from goldmine_ingest.render.rendering import render
from goldmine_ingest.render.targets import kind_of
from tests.alert_cases import listing, match
from tests.rig.command import goldmine
from tests.rig.fault_table import fault
from tests.rig.feed_server import Tripwire, closed_port
from tests.rig.project import CRITERIA, upwork_feed
from tests.rig.receiver import Receiver
from tests.rig.watching import item

PROXY_VARIABLES = (
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
)
# A name that nobody has (RFC 6761), so that what is asked there can come through a proxy only.
ELSEWHERE = "elsewhere.invalid"


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without any proxy variable."""
    for name in (*PROXY_VARIABLES, "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.fixture
def phone() -> Iterator[Receiver]:
    with Receiver() as sink:
        yield sink


def project(folder: Path, sink: str, fetch: str = "") -> None:
    """One feed from a file with one match, one destination."""
    (folder / "config").mkdir()
    (folder / "feed.xml").write_bytes(upwork_feed(item(1)))
    (folder / "config" / "goldmine.toml").write_text(
        '[[feed]]\nname = "f"\nurl = "file:feed.xml"\nbacklog = "all"\nmax_age = "none"\n'
        f'[[notify]]\nname = "phone"\nurl = "{sink}"\n{fetch}'
    )
    (folder / "config" / "criteria.toml").write_text(CRITERIA)


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("localhost", True),
        ("LOCALHOST.", True),
        ("a.localhost", True),
        ("127.0.0.1", True),
        ("127.9.8.7", True),
        ("2130706433", True),
        ("::1", True),
        ("[::1]", True),
        ("::ffff:127.0.0.1", True),
        ("localhost.example.com", False),
        ("127.0.0.1.example.com", False),
        ("128.0.0.1", False),
        ("192.168.1.1", False),
        ("999.1.1.1", False),
        ("::2", False),
        ("", False),
    ],
)
def test_what_is_this_machine(host: str, own: bool) -> None:
    assert is_loopback(host) is own


@pytest.mark.parametrize(
    ("url", "setting", "variables", "used"),
    [
        ("https://a.example/", "", {"HTTPS_PROXY": "http://p:1"}, ""),
        ("https://a.example/", "http://q:2", {"HTTPS_PROXY": "http://p:1"}, "http://q:2"),
        ("https://a.example/", "env", {"HTTPS_PROXY": "http://p:1"}, "http://p:1"),
        ("http://a.example/", "env", {"HTTPS_PROXY": "http://p:1"}, ""),
        ("http://a.example/", "env", {"ALL_PROXY": "socks5://p:1"}, "socks5://p:1"),
        ("http://a.example/", "env", {"ALL_PROXY": "http://p:1", "NO_PROXY": "example"}, ""),
        ("http://127.0.0.1:1/", "env", {"http_proxy": "http://p:1"}, ""),
        ("http://localhost:1/", "http://q:2", {}, ""),
        ("http://[::1]:1/", "env", {"ALL_PROXY": "socks5://p:1"}, ""),
    ],
)
def test_which_proxy_a_destination_is_asked_through(
    bare: pytest.MonkeyPatch, url: str, setting: str, variables: dict[str, str], used: str
) -> None:
    for name, value in variables.items():
        bare.setenv(name, value)
    assert proxies_for(url, setting) == ({"all": used} if used else {})


@fault("N13", "proxy variables, HTTP and SOCKS, without NO_PROXY", "own machine asked directly")
@pytest.mark.parametrize("proxy", ["http://127.0.0.1:{port}", "socks5://127.0.0.1:{port}"])
@pytest.mark.parametrize("setting", ["", '[fetch]\nproxy = "env"\n'])
def test_a_destination_on_this_machine_is_asked_directly(
    tmp_path: Path, phone: Receiver, bare: pytest.MonkeyPatch, proxy: str, setting: str
) -> None:
    with Tripwire() as trap:
        project(tmp_path, phone.url(), setting)
        variables = {name: proxy.format(port=trap.port) for name in PROXY_VARIABLES}
        ran = goldmine("run", cwd=tmp_path, **variables)
    assert (ran.returncode, len(phone.accepted)) == (0, 1), ran.stderr


@fault("N13", "a proxy that refuses, or knows no way", "the reason names the proxy")
@pytest.mark.parametrize("scheme", ["http", "socks5h"])
@pytest.mark.parametrize("by", ["setting", "environment"])
def test_a_proxy_in_the_way_is_named(
    tmp_path: Path, bare: pytest.MonkeyPatch, scheme: str, by: str
) -> None:
    with closed_port() as port:
        ran = run_behind(tmp_path, f"{scheme}://user:c4nary-proxy@127.0.0.1:{port}", by)
    assert ran.returncode == 3
    assert "phone" in ran.stderr
    assert "the proxy of [fetch] proxy" in ran.stderr
    assert "c4nary" not in ran.stdout + ran.stderr


def run_behind(folder: Path, proxy: str, by: str) -> subprocess.CompletedProcess[str]:
    setting = f'[fetch]\nproxy = "{"env:THE_PROXY" if by == "setting" else "env"}"\n'
    project(folder, f"json://{ELSEWHERE}/hook", setting)
    variables = {"THE_PROXY": proxy} if by == "setting" else dict.fromkeys(PROXY_VARIABLES, proxy)
    return goldmine("run", cwd=folder, **variables)


def test_a_destination_elsewhere_goes_through_the_proxy(
    tmp_path: Path, bare: pytest.MonkeyPatch
) -> None:
    with Receiver() as proxy:  # an HTTP proxy is asked with the whole address in the request line
        project(
            tmp_path,
            f"json://{ELSEWHERE}/hook",
            f'[fetch]\nproxy = "http://127.0.0.1:{proxy.port}"\n',
        )
        ran = goldmine("run", cwd=tmp_path)
        assert [arrived.path for arrived in proxy.accepted] == [f"http://{ELSEWHERE}/hook"]
    assert ran.returncode == 0, ran.stderr


def test_a_proxy_that_wants_a_login_is_told_apart(tmp_path: Path, bare: pytest.MonkeyPatch) -> None:
    with Receiver(["407"]) as proxy:
        setting = f'[fetch]\nproxy = "http://127.0.0.1:{proxy.port}"\n'
        project(tmp_path, f"json://{ELSEWHERE}/hook", setting)
        ran = goldmine("notify", "test", cwd=tmp_path)
    assert ran.returncode == 3
    assert "the proxy wants credentials (HTTP 407)" in ran.stdout


@pytest.mark.parametrize(("status", "named"), [("502", True), ("407", True), ("404", False)])
def test_a_status_that_a_proxy_may_have_given_names_it(
    tmp_path: Path, bare: pytest.MonkeyPatch, status: str, named: bool
) -> None:
    with Receiver([status]) as proxy:
        (tmp_path / "config").mkdir()
        (tmp_path / "config" / "goldmine.toml").write_text(
            f'[[feed]]\nname = "f"\nurl = "http://{ELSEWHERE}/feed"\n[[notify]]\nname ='
            f' "screen"\nurl = "terminal"\n[fetch]\nproxy = "http://127.0.0.1:{proxy.port}"\n'
        )
        (tmp_path / "config" / "criteria.toml").write_text(CRITERIA)
        ran = goldmine("run", cwd=tmp_path)
    assert ran.returncode == 3
    assert ("the proxy of [fetch] proxy" in ran.stdout) is named


def test_check_online_asks_for_the_proxy_where_one_is_used(
    tmp_path: Path, bare: pytest.MonkeyPatch
) -> None:
    with Receiver() as proxy:
        project(
            tmp_path,
            f"json://{ELSEWHERE}/hook",
            f'[fetch]\nproxy = "http://127.0.0.1:{proxy.port}"\n',
        )
        ran = goldmine("check", "--online", cwd=tmp_path)
    assert (ran.returncode, "the proxy of [fetch] proxy can be reached" in ran.stdout) == (
        0,
        True,
    ), ran.stdout + ran.stderr


@fault("Z17", "a ~/.netrc with a default entry", "the destination's own token goes out")
@pytest.mark.parametrize("where", ["home", "variable"])
@pytest.mark.parametrize("entry", ["default", "machine 127.0.0.1"])
@pytest.mark.parametrize(
    ("url", "sent"),
    [
        (
            "ntfy://tk_abcdefghijklmnopqrstuvwxyz012@{place}/topic",
            "Bearer tk_abcdefghijklmnopqrstuvwxyz012",
        ),
        ("json://{place}/hook", None),
        ("json://me:mine@{place}/hook", "Basic " + base64.b64encode(b"me:mine").decode()),
    ],
)
def test_netrc_is_never_read(
    tmp_path: Path,
    phone: Receiver,
    bare: pytest.MonkeyPatch,
    where: str,
    entry: str,
    url: str,
    sent: str | None,
) -> None:
    file = tmp_path / ".netrc"
    file.write_text(f"{entry} login NETUSER password c4nary-netrc\n")
    file.chmod(0o600)
    bare.setenv("HOME", str(tmp_path))
    if where == "variable":
        bare.setenv("NETRC", str(file))
    target = url.format(place=f"127.0.0.1:{phone.port}")
    with Notifier() as notifier:  # a child of its own, with this environment
        notifier.send("phone", target, render(match(listing(title="Books")), kind_of(target)))
    assert [arrived.headers.get("Authorization") for arrived in phone.arrived] == [sent]
