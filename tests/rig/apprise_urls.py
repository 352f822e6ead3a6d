"""A URL for each way that Apprise's plugins document to write theirs: their own templates,
filled with values that their own rules take.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from apprise.manager_plugins import NotificationManager

from goldmine_ingest.notify.plugins import plugin_for

_LETTERS, _HEX = "abcdefghijklmnopqrstuvwxyz", "0123456789abcdef"
_KINDS = (_HEX, _HEX.upper(), "1234567890", _LETTERS, _LETTERS.upper(), "a1B2c3D4e5F6")
_FIXED = (
    "jobs",
    "15553334444",
    "#jobs",
    "@ann",
    "ann@example.com",
    "user:pass",
    "a-b",
    "ABC123-XY",
    "!room:example.org",
    "https://example.com/hook",
    "00000000-1111-2222-3333-444444444444",
    "us-east-1",
    "1:2",
    "xoxb-1234-1234-4ddbc191d40ee098cbaae6f3523ada2d",
    "C1234567890",
    "AC" + "a" * 32,
    "12345:" + "a" * 35,
    "W1F8GZ",
    "DF1JKL",
)
# What the rules of a plugin don't tell.
_NAMED = {
    "host": "127.0.0.1",
    "port": "8080",
    "user": "ann",
    "password": "secret",
    "target_email": "ann@example.com",
    "from_email": "me@example.com",
    "email": "ann@example.com",
    "domain": "example.com",
}

# For the schemes whose rules stand in their code only: an example in the way that their module's
# head shows.
_EXAMPLES = (
    "aprs://DF1JKL-15:12345@DF1ABC",
    "evolution://apikey12345@127.0.0.1/instance/15553334444",
    "evolutions://apikey12345@127.0.0.1/instance/15553334444",
    "humhub://token@127.0.0.1/17",
    "humhubs://token@127.0.0.1/17",
    f"kumulos://8b799edf-6f98-4d3a-9be7-2862fb4e5752/{'a1B2' * 9}",
    "lauther://lpt_abcdef1234",
    "mailgun://ann@example.com/apikey12345/bob@example.com",
    "mailto://ann:secret@example.com?to=bob@example.com",
    "mailtos://ann:secret@example.com?to=bob@example.com",
    "octopush://ann@example.com/apikey12345/15553334444",
    "pagertree://int_abcdefgh1234",
    "pingram://pingram_sk_abcdef1234/ann@example.com",
    "push://8b799edf-6f98-4d3a-9be7-2862fb4e5752",
    "pushward://hlk_abcdef1234",
    "resend://apikey12345:ann@example.com/bob@example.com",
    "ringc://15553334444:token12345@clientid/secret/15553334445",
    "sendpulse://ann@example.com/clientid/secret/bob@example.com",
    *(
        f"{scheme}://{'a1' * 32}:{'b2' * 32}@127.0.0.1/room"
        for scheme in ("session", "sessions", "sogs")
    ),
    "sfr://servid:secret@1234/0612345678",
    "smtp2go://ann@example.com/apikey12345/bob@example.com",
    "sparkpost://ann@example.com/apikey12345/bob@example.com",
    "threema://*GATEWAY@secret/15553334444",
    f"trigv://trgv_abcd1234_{'a' * 32}/jobs",
    f"trigvs://trgv_abcd1234_{'a' * 32}/jobs",
    "vapid://ann@example.com/bob@example.com",
    "voipms://secret:ann@example.com/15553334444/15553334445",
    "wxpusher://AT_abcdef1234/UID_abcdef1234",
    # What Apprise's preparation is needed for: names that begin with "#".
    "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#jobs",
    "slack://xoxb-1234-1234-4ddbc191d40ee098cbaae6f3523ada2d/#jobs/#more",
    "matrixs://ann:secret@example.org/#jobs:example.org",
    "matrix://ann:secret@127.0.0.1/#jobs",
    "pbul://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/#jobs",
    "rocket://ann:secret@127.0.0.1/#jobs",
    "rockets://aaaaaaaaaaaaaaaaaaaaaaaa/bbbbbbbbbbbbbbbbbbbbbbbb@127.0.0.1/#jobs",
    "mmosts://127.0.0.1/aaaaaaaaaaaaaaaaaaaaaaaaaa?to=#jobs",
    "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
    "https://discord.com/api/webhooks/123456789012345678/abcdefghijklmnop",
)


@cache
def documented() -> tuple[tuple[str, str, str], ...]:
    """(scheme, template, url) for every template of every plugin, in the order of their schemes.
    Loads all plugins, once: each worker asks as it collects.
    """
    return tuple(_documented())


@cache
def documented_plugins() -> tuple[tuple[str, str, Any], ...]:
    """(scheme, url, plugin) of each that Apprise takes."""
    made = ((scheme, url, plugin_for(url)) for scheme, _, url in documented())
    return tuple((scheme, url, plugin) for scheme, url, plugin in made if plugin is not None)


def _documented() -> Iterator[tuple[str, str, str]]:
    manager = NotificationManager()
    for scheme in sorted(manager.schemas()):
        plugin = manager[scheme]
        for template in plugin.templates:
            yield scheme, template, fill(scheme, template, plugin.template_tokens)
    for url in _EXAMPLES:
        yield url.partition(":")[0], "", url


def fill(scheme: str, template: str, tokens: Mapping[str, Any]) -> str:
    """A template with a value for each token."""
    return re.sub(
        r"\{(\w+)\}",
        lambda found: scheme if found[1] == "schema" else _value(found[1], tokens),
        template,
    )


def _value(name: str, tokens: Mapping[str, Any]) -> str:
    token = tokens.get(name, {})
    if str(token.get("type", "")).startswith("list"):
        return "/".join(_value(one, tokens) for one in sorted(token.get("group", ()))) or "jobs"
    if name in _NAMED and "regex" not in token:
        return _NAMED[name]
    if values := token.get("values"):
        return str(token.get("default") or next(iter(values)))
    if token.get("type") in ("int", "float"):
        return str(token.get("default") or token.get("min") or 1)
    rule = token.get("regex")
    pattern, flags = (rule if isinstance(rule, (tuple, list)) else (rule, "")) if rule else ("", "")
    found = _matching(pattern, flags or "") if pattern else _NAMED.get(name, "abcdef1234")
    return str(token.get("prefix", "")) + found


@cache
def _matching(pattern: str, flags: str) -> str:
    try:
        rule = re.compile(pattern, re.I if "i" in flags else 0)
    except re.error:  # of one plugin
        return "abcdef1234"
    longest = [one for one in _candidates() if rule.match(one)]
    return next((one for one in longest if len(one) >= 8), longest[0] if longest else "abcdef1234")


@cache
def _candidates() -> tuple[str, ...]:
    return (*_FIXED, *((kind * 20)[:length] for length in range(1, 130) for kind in _KINDS))
