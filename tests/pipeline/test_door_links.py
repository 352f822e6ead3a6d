"""Links to the door, as each service gets them through Apprise: whole, one for each action where a
service's links have words, and pressed at the door they are what they say.
"""

from __future__ import annotations

import email
import json
import re
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest

from goldmine_ingest.alerts.tokens import door_mark, read
from goldmine_ingest.notify import Notifier
from goldmine_ingest.pipeline.delivery.buttons import key_of_buttons
from goldmine_ingest.pipeline.resources import Resources
from tests.rig.door import ACTIONS, open_door
from tests.rig.feed_server import FeedServer
from tests.rig.project import Home
from tests.rig.services import Services
from tests.rig.watching import item, serve, watching

DOOR = "https://box.example.ts.net:8443/a/"
LINK = re.compile(re.escape(DOOR) + r"([A-Za-z0-9_=-]{44})(?![A-Za-z0-9_=-])")
ALL = ["pursue", "skip", "bad"]
# What each service's message has, and where in its request it stands: the payloads' shapes are
# those of tests/rig/services.py, each with its page.
SERVICES = {
    "slack": ALL,
    "discord": ALL,
    "email": ALL,
    "pushover": ["decide"],
    "gotify": ["decide"],
    "matrix": ["decide"],
    "workflows": ["decide"],
    "mattermost": ["decide"],
    "rocketchat": ["decide"],
    "signal_api": ["decide"],
    "whatsapp": ["decide"],
}


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    with Services() as started:
        yield started


@pytest.fixture(scope="module")
def told(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A project that has told one job to all of them."""
    with FeedServer() as feeds, Resources(notifier=Notifier(services.child)) as tools:
        serve(feeds, "/a", item(1))
        to = {name: f'url = "{services.url(name)}"\n' for name in SERVICES}
        home = watching(tmp_path_factory.mktemp("told"), feeds, "/a", to=to)
        home.settings += ACTIONS
        report = home.run(tools=tools)
        assert report.alerts == {"sent": len(SERVICES)}
    return home


def mail(services: Services) -> dict[str, str]:
    """The parts of the mail, by their types."""
    parts: list[Message] = list(email.message_from_bytes(services.mail.mails[-1]).walk())
    return {
        part.get_content_type(): bytes(part.get_payload(decode=True) or b"").decode()
        for part in parts
        if not part.is_multipart()
    }


def sent(services: Services, service: str) -> str:
    if service == "email":
        return mail(services)["text/html"]
    # as the service reads it: Pushover gets a form, the others JSON
    return json.dumps(services.messages(service)[-1].body, ensure_ascii=False)


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_gets_its_links_whole(told: Home, services: Services, service: str) -> None:
    key = key_of_buttons(told.folder / "data/goldmine.duckdb")
    found = list(dict.fromkeys(LINK.findall(sent(services, service))))
    tokens = [read(text, key, told.clock()) for text in found]
    assert [token.press for token in tokens] == SERVICES[service]
    assert {token.destination for token in tokens} == {door_mark(service)}


@pytest.mark.parametrize(
    ("service", "shape"),
    [
        # https://api.slack.com/reference/surfaces/formatting#linking-urls
        ("slack", r"<{}\|Pursue> · <{}\|Skip> · <{}\|Bad>"),
        # https://support.discord.com/hc/en-us/articles/210298617: masked, without a preview
        ("discord", r"\[Pursue\]\(<{}>\) · \[Skip\]\(<{}>\) · \[Bad\]\(<{}>\)"),
        ("pushover", r"Decide: {}\""),
        ("gotify", r"Decide: {}\""),
        ("workflows", r"\[Decide\]\({}\)"),
        ("mattermost", r"\[Decide\]\({}\)"),
        ("matrix", r"<a href=\\\"{}\\\">Decide</a>"),
        (
            "email",
            r"<td style=\"[^\"]*\"><a href=\"{}\" style=\"[^\"]*44px[^\"]*\">Pursue</a></td>",
        ),
    ],
)
def test_in_the_service_s_own_shape(
    told: Home, services: Services, service: str, shape: str
) -> None:
    pattern = shape.replace("{}", re.escape(DOOR) + "[A-Za-z0-9_=-]{44}")
    assert re.search(pattern, sent(services, service)), sent(services, service)


def test_a_mail_s_plain_part_has_the_same_addresses(told: Home, services: Services) -> None:
    parts = mail(services)
    plain = parts["text/plain"]
    assert LINK.findall(plain) == LINK.findall(parts["text/html"])
    assert re.search(rf"(?m)^Skip: {re.escape(DOOR)}\S{{44}}\r?$", plain)


def test_a_touch_still_opens_the_listing(told: Home, services: Services) -> None:
    (body,) = (asked.body for asked in services.messages("pushover"))
    assert "upwork.com" in body["url"]
    (body,) = (asked.body for asked in services.messages("gotify"))
    assert "upwork.com" in body["extras"]["client::notification"]["click"]["url"]


def test_what_a_link_says_is_what_the_door_does(told: Home, services: Services) -> None:
    """Of the mail, in the door of the same project."""
    with open_door(told, "email") as door:
        text = mail(services)["text/html"]
        skip = re.search(rf'href="{re.escape(DOOR)}(\S{{44}})"[^>]*>Skip', text)
        assert skip
        shown = door.get(f"/a/{skip[1]}", Host="box.example.ts.net:8443")
        assert "Skip" in shown.words
        assert told.rows("SELECT * FROM pursuits") == []
        assert "✓ Skipped" in door.post(f"/a/{skip[1]}").words
    assert told.rows("SELECT stage, way FROM pursuits") == [("skipped", "phone")]


def test_ntfy_with_a_login_and_no_reply_token_goes_through_the_door(
    tmp_path: Path, feeds: FeedServer, services: Services
) -> None:
    """The phone could not write into the topic; anyone may knock at the door."""
    serve(feeds, "/a", item(1))
    url = services.url("ntfy", "jobs").replace(
        "ntfy://", "ntfy://tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2@"
    )
    home = watching(tmp_path, feeds, "/a", to={"phone": f'url = "{url}"\n'})
    home.settings += ACTIONS
    with Resources(notifier=Notifier(services.child)) as tools:
        home.run(tools=tools)
    actions = services.messages("ntfy")[-1].body["actions"]
    assert [action["label"] for action in actions] == ["Pursue", "Skip", "Bad"]
    assert all(LINK.fullmatch(action["url"]) and "body" not in action for action in actions)
    with open_door(home, "phone") as door:
        assert door.post(actions[1]["url"].removeprefix(DOOR.removesuffix("/a/"))).status == 200
    assert home.rows("SELECT stage, way FROM pursuits") == [("skipped", "phone")]


@pytest.mark.parametrize(
    ("settings", "own", "leads"),
    [
        (ACTIONS + '[web]\nhosts = ["box.example.ts.net"]\n', "", True),
        (ACTIONS + '[web]\nhosts = ["box.example.ts.net"]\n', "actions = false", False),
        (ACTIONS, "", False),
        ('[web]\nhosts = ["box.example.ts.net"]\n', "", False),
    ],
)
def test_a_digest_leads_to_the_inbox_where_a_phone_reaches_it(
    tmp_path: Path,
    feeds: FeedServer,
    services: Services,
    settings: str,
    own: str,
    leads: bool,
) -> None:
    """Nothing is decided below other messages, and elsewhere nobody could open it."""
    serve(feeds, "/a", item(1))
    url = services.url("slack")
    lines = f'url = "{url}"\nmode = "digest"\ndigest_at = ["18:00"]\n{own}'
    home = watching(tmp_path, feeds, "/a", to={"slack": lines})
    home.settings += settings
    with Resources(notifier=Notifier(services.child)) as tools:
        home.run(tools=tools)
        before = len(services.messages("slack"))
        home.clock.forward(hours=7)
        home.run(tools=tools)
    assert len(services.messages("slack")) == before + 1
    told = sent(services, "slack")
    assert "Month-end reconciliation" in told
    assert ("<https://box.example.ts.net/|Inbox>" in told) is leads
