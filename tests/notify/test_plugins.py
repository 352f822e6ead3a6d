"""Apprise's own entrance, for every scheme that it knows; and that no plugin sleeps, repeats or
follows while it sends.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from typing import Any

import apprise
import pytest
from apprise.manager_plugins import NotificationManager

from goldmine_ingest.model.alert import Verdict
from goldmine_ingest.notify.child import deliver
from goldmine_ingest.notify.plugins import plugin_for, service_name
from goldmine_ingest.render.rendering import render
from goldmine_ingest.render.targets import kind_of
from tests.alert_cases import match
from tests.rig.apprise_urls import documented, documented_plugins

# Plugins that disable themselves here: a package of their own or a desktop is missing.
NOT_INSTALLED = {
    *(
        "blink1",
        "dbus",
        "gio",
        "glib",
        "gnome",
        "growl",
        "kde",
        "macosx",
        "mqtt",
        "mqtts",
        "qt",
        "smpp",
        "smpps",
        "windows",
        "xmpp",
        "xmpps",
    ),
}
URLS = documented()
_AS_OURS = """
import json, sys
from goldmine_ingest.notify.plugins import plugin_for
def named(plugin):
    return None if plugin is None else [type(plugin).__name__, plugin.schema]
print(json.dumps([named(plugin_for(url)) for url in json.load(sys.stdin)]))
"""


_NEW_EACH_TIME = re.compile(r" object at 0x|datetime\.datetime\(")


def made(url: str) -> Any:
    try:
        asset = apprise.AppriseAsset(
            app_id="Goldmine", app_desc="Goldmine Ingest", app_url="", async_mode=False
        )
        return apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=False)
    except Exception:  # noqa: BLE001 - plugins raise what they like for what they refuse
        return None


def named(plugin: Any) -> list[str] | None:
    return None if plugin is None else [type(plugin).__name__, plugin.schema]


def facts(plugin: Any) -> dict[str, str]:
    """What a plugin knows of where a message goes: its fields, but for those that are ours to
    set, or new with each object.
    """
    ours = {
        "asset",
        "redirects",
        "retry",
        "optional",
        "request_rate_per_sec",
        "throttle",
        "overflow_mode",
        "tags",
        "store",
    }
    ours |= {
        "socket_connect_timeout",
        "socket_read_timeout",
        "device_id",
        "transaction_id",
        "_logout",
        "logout",
    }
    return {
        name: repr(value)
        for name, value in vars(plugin).items()
        if name not in ours and not _NEW_EACH_TIME.search(repr(value))
    }


def test_what_we_make_is_what_apprise_makes() -> None:
    """For every documented way to write every scheme: the same class with the same facts, or
    refused by both.
    """
    took: Counter[str] = Counter()
    for scheme, _, url in URLS:
        theirs, ours = made(url), plugin_for(url)
        assert (ours is None) == (theirs is None), url
        if ours is not None:
            assert type(ours) is type(theirs), url
            assert facts(ours) == facts(theirs), url
            took[scheme] += 1
    assert set(NotificationManager().schemas()) - set(took) == NOT_INSTALLED


def test_a_plugin_that_is_loaded_alone_is_the_same() -> None:
    """In a process of its own, where nothing but what a URL needs is loaded: the same classes,
    in whatever order they are asked for.
    """
    urls = [url for _, _, url in URLS]
    common = [
        url
        for url in urls
        if url.partition(":")[0]
        in ("slack", "ntfy", "json", "tgram", "matrix", "https", "mailto", "pbul")
    ]
    asked = [*common, *urls]
    given = subprocess.run(  # noqa: S603
        [sys.executable, "-c", _AS_OURS], input=json.dumps(asked), capture_output=True, text=True
    )
    assert given.returncode == 0, given.stderr
    expected = [named(made(url)) for url in asked]
    assert json.loads(given.stdout) == expected


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#jobs", {"channels": ["#jobs"]}),
        ("matrixs://ann:secret@example.org/#jobs:example.org", {"rooms": ["#jobs:example.org"]}),
        ("pbul://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/#jobs", {"targets": ["#jobs"]}),
        ("rocket://ann:secret@127.0.0.1/#jobs", {"channels": ["jobs"]}),
    ],
)
def test_what_begins_with_a_hash_is_kept(url: str, where: dict[str, list[str]]) -> None:
    """A channel, not the default one."""
    plugin = plugin_for(url)
    assert {name: list(getattr(plugin, name)) for name in where} == where


SEEN = {service_name(plugin): url for _, url, plugin in documented_plugins()}
# They write to a socket or a device of their own: nothing of theirs can be answered here.
_NOT_OVER_HTTP = {"aprs", "irc", "rsyslog", "syslog", "email"}


def refusing(status: int, headers: dict[str, str], body: bytes) -> Any:
    """A Reach whose every service answers the same."""
    import requests

    def answer(_send: Any, _session: Any, request: Any, _options: dict[str, Any]) -> Any:
        asked.append(request)
        response = requests.Response()
        response.status_code, response._content = status, body
        response.headers.update(headers)
        response.request, response.url = request, str(request.url)
        return response

    asked: list[Any] = []
    answer.asked = asked  # type: ignore[attr-defined]
    return answer


@pytest.mark.parametrize("name", sorted(set(SEEN) - _NOT_OVER_HTTP))
def test_no_plugin_sleeps_or_asks_again(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the service answers: a rate limit in each of the ways that services have, an
    error, or a success.
    """

    slept: list[float] = []
    sleep, here = time.sleep, threading.get_ident()

    def counted(seconds: float) -> None:
        """Other threads of the test's process may sleep as they like."""
        if threading.get_ident() == here:
            slept.append(seconds)
        else:
            sleep(seconds)

    monkeypatch.setattr(time, "sleep", counted)
    url = SEEN[name]
    rendered = render(match(), kind_of(url))
    in_40_s = str(int(time.time()) + 40)
    limits = {
        "Retry-After": "40",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": in_40_s,
        "X-Rate-Limit-Reset": in_40_s,
    }
    for status, headers in ((429, limits), (500, {}), (200, limits)):
        reach = refusing(
            status,
            headers,
            b'{"retry_after": 40, "retry_after_ms": 40000, "error": {"retry_after_ms": 40000}}',
        )
        result = deliver(url, rendered, lambda: None, reach=reach)
        asked = [(request.method, request.url, request.body) for request in reach.asked]
        assert not slept
        if status != 200:
            assert len(asked) == len({repr(one) for one in asked}), "asked the same again"
        if status == 429:
            assert len(asked) <= 1, "asked again after a rate limit"
            assert not asked or result.verdict in (Verdict.RATE, Verdict.ACCOUNT), result
        if status != 200:
            assert result.verdict is not Verdict.UNCERTAIN, result
