"""The table of services against Apprise's own plugin objects: every scheme, its limits and what
it takes.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from apprise.manager_plugins import NotificationManager

from goldmine_ingest.render.message import DigestAlert, Rendered
from goldmine_ingest.render.rendering import render
from goldmine_ingest.render.targets import SERVICES, Target, TargetKind, target_of
from tests.alert_cases import listing, match
from tests.rig.apprise_urls import documented_plugins

# Where we send more in one message than Apprise says: it cuts nothing (overflow=upstream), and the
# service takes it.
MORE = {
    TargetKind.SMS: "Apprise's 160 is one part of an SMS; ours are two",
    TargetKind.TEAMS: "Apprise's 1,000 is its own; a card has 28 KB",
    TargetKind.WEBHOOK: "a program reads the whole document",
}
ROCKET = "Rocket.Chat takes 5,000 characters (Message_MaxAllowedSize); Apprise's 1,000 is its own"
WEBEX = "Webex takes 7,439 bytes; Apprise's 1,000 is for its webhooks only"
MORE_OF = {"rocket": ROCKET, "rockets": ROCKET, "webex": WEBEX, "wxteams": WEBEX}
PAGER = "67 and 80 characters by radio: no job with its link fits into them"
MORE_OF |= {"aprs": PAGER, "dapnet": PAGER}
PLUGINS = {scheme: plugin for scheme, _, plugin in documented_plugins() if scheme != "https"}


@cache
def messages(target: Target) -> tuple[Rendered, ...]:
    """The longest that we make: a job with a long title, and a digest of many."""
    job = match(listing(title="Reconcile the books of a firm – 𝒢𝓇öße 💶 " * 10))
    return render(job, target), render(DigestAlert((job,) * 30), target)


@pytest.mark.parametrize("scheme", sorted(PLUGINS))
def test_no_message_is_longer_than_its_service_takes(scheme: str) -> None:
    """By the plugin object's own words, in the unit that its service counts."""
    plugin, target = PLUGINS[scheme], target_of(f"{scheme}://x")
    for made in messages(target):
        assert made.size <= target.limit or target.kind is TargetKind.WEBHOOK
    if target.kind not in MORE and scheme not in MORE_OF:
        assert target.limit <= plugin.body_maxlen, (target.limit, plugin.body_maxlen)
    if target.titled and plugin.title_maxlen:
        assert target.title_limit <= plugin.title_maxlen


def test_the_table_knows_only_what_apprise_knows() -> None:
    """And what it says is less than Apprise is reason to think about: each exception is used."""
    known = set(NotificationManager().schemas())
    schemes = [scheme for service in SERVICES for scheme in service.schemes.split()]
    assert set(schemes) - known == {"terminal"}
    assert len(schemes) == len(set(schemes))


def _is(plugin: Any, *words: str) -> bool:
    return any(word in f"{plugin.__module__} {plugin.service_name}".lower() for word in words)


@pytest.mark.parametrize("scheme", sorted(PLUGINS))
def test_a_service_is_of_its_own_kind(scheme: str) -> None:
    """What writes HTML mail is mail; what limits a message to one part of an SMS is SMS, and
    nothing else is.
    """
    plugin, kind = PLUGINS[scheme], target_of(f"{scheme}://x").kind
    sends_mail = plugin.notify_format.value == "html" and _is(
        plugin, "mail", "office", "brevo", "resend", "postmark", "send", "smtp", "spark"
    )
    assert (kind is TargetKind.MAIL) == sends_mail
    if kind is TargetKind.SMS:
        assert not _is(plugin, "signal", "whatsapp")
