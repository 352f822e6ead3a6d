"""Prefect where proxy variables are set: what is on this machine is asked directly, and a proxy
elsewhere is named when it fails.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from goldmine_ingest.errors import ConfigError, GoldmineError
from goldmine_ingest.flows.proxies import (
    for_own_server,
    in_the_way,
    naming_proxy,
    spare_own_machine,
)
from tests.rig.command import goldmine as command
from tests.rig.fault_table import fault
from tests.rig.feed_server import closed_port

OWN = "http://127.0.0.1:4200/api"


@pytest.mark.parametrize(
    ("said", "after"),
    [
        ({}, None),
        ({"HTTP_PROXY": "http://p:1"}, "127.0.0.1,localhost,::1"),
        (
            {"all_proxy": "http://p:1", "no_proxy": "a.example, 127.0.0.1"},
            "a.example,127.0.0.1,localhost,::1",
        ),
        (
            {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "b.example"},
            "b.example,127.0.0.1,localhost,::1",
        ),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"}, "*"),
        ({"HTTP_PROXY": "", "NO_PROXY": "b.example"}, "b.example"),
    ],
)
def test_this_machine_becomes_an_exception(said: dict[str, str], after: str | None) -> None:
    env = dict(said)
    spare_own_machine(env)
    assert env.get("NO_PROXY") == after
    again = dict(env)
    spare_own_machine(again)
    assert again == env


@pytest.mark.parametrize(
    "value", ["socks4://p:1", "gopher://p", "http://[::1", "socks5://p:1", "p:1", "http://p:1"]
)
def test_a_client_can_always_be_made_and_goes_directly(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    """Prefect's client is httpx's: with what is left of the variables it can be made, and asks
    this machine without a proxy.
    """
    env = {"ALL_PROXY": value, "HTTP_PROXY": value}
    gone = for_own_server(env, wanted=True)
    assert bool(gone) == (value in ("socks4://p:1", "gopher://p", "http://[::1"))
    for name in (
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "no_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
    ):
        monkeypatch.delenv(name, raising=False)
    for name, left in env.items():
        monkeypatch.setenv(name, left)
    with httpx.Client() as client, closed_port() as port, pytest.raises(httpx.ConnectError):
        client.get(f"http://127.0.0.1:{port}/")
    with httpx.Client() as client:
        direct = client._transport
        assert client._transport_for_url(httpx.URL(OWN)) is direct


def test_without_the_setting_nothing_needs_the_variables() -> None:
    env = {"ALL_PROXY": "socks4://p:1", "http_proxy": "http://p:1", "PATH": "/bin"}
    assert for_own_server(env, wanted=False) == ()
    assert env == {"PATH": "/bin"}


@pytest.mark.parametrize(
    ("url", "env", "named"),
    [
        ("http://prefect.example/api", {"HTTP_PROXY": "http://c4nary:1"}, "HTTP_PROXY"),
        ("https://prefect.example/api", {"all_proxy": "http://c4nary:1"}, "all_proxy"),
        ("https://prefect.example/api", {"HTTP_PROXY": "http://c4nary:1"}, ""),
        (
            "http://prefect.example:4200/api",
            {"HTTP_PROXY": "http://c4nary:1", "NO_PROXY": "prefect.example"},
            "",
        ),
        (OWN, {"HTTP_PROXY": "http://c4nary:1", "NO_PROXY": "127.0.0.1"}, ""),
    ],
)
def test_a_proxy_in_the_way_is_named_without_its_address(
    url: str, env: dict[str, str], named: str
) -> None:
    said = in_the_way(url, env)
    assert said.startswith(f"{named} sends it through a proxy") if named else said == ""
    assert "c4nary" not in said


def test_only_what_the_network_may_have_done_is_blamed_on_it() -> None:
    env = {"HTTP_PROXY": "http://p:1"}
    with (
        pytest.raises(GoldmineError, match="HTTP_PROXY sends it"),
        naming_proxy("http://far.example/", env),
    ):
        raise GoldmineError("it doesn't answer", hint="is it there?")
    with pytest.raises(ConfigError, match="is it there"), naming_proxy("http://far.example/", env):
        raise ConfigError("it is wrong", hint="is it there?")


@fault(
    "N13",
    "goldmine deploy to a server elsewhere, through a proxy that is not there",
    "the variable is named",
)
def test_deploy_says_which_variable_stood_in_the_way(tmp_path: Path) -> None:
    """In a process of its own: Prefect remembers where its API was, for as long as one lives."""
    assert command("init", cwd=tmp_path).returncode == 0
    with closed_port() as port:
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "PREFECT_API_URL": "http://prefect.invalid/api",
            "PREFECT_HOME": str(tmp_path / "p"),
            "HTTP_PROXY": f"http://127.0.0.1:{port}",
        }
        ran = subprocess.run(
            [sys.executable, "-m", "goldmine_ingest", "deploy"],
            cwd=tmp_path,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
    assert ran.returncode == 3
    assert "HTTP_PROXY sends it through a proxy" in ran.stderr
