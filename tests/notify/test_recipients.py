"""Who is meant by one URL: every plugin of Apprise that takes several targets, and every
spelling of a few that people write.
"""

from __future__ import annotations

from typing import Any

import apprise
import pytest
from apprise.manager_plugins import NotificationManager
from apprise.plugins import url_to_dict
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.cli.notify import example_match
from goldmine_ingest.model.alert import Verdict
from goldmine_ingest.model.recipient import keyed
from goldmine_ingest.notify.child import Post
from goldmine_ingest.notify.plugins import names_of
from goldmine_ingest.notify.recipients import Facts, Whom, label, left_out, recipients
from goldmine_ingest.render.message import TestAlert
from goldmine_ingest.render.rendering import render
from goldmine_ingest.render.targets import target_of
from tests.rig.apprise_samples import Sample, plugins, samples, service_of
from tests.rig.services import Services

# Of these the templates alone don't tell how a token is made; the URLs are those of each plugin's
# own page in Apprise's documentation.
BY_HAND = {
    "aprs": "aprs://DF1JSL-15:24081@DF1ABC/DF1DEF",
    "brevo": "brevo://xkeysib-abc123:me@example.com/a@example.com/b@example.com",
    "dapnet": "dapnet://DF1JSL:pass@DF1ABC/DF1DEF",
    "home_assistant": "hassio://localhost/one/two?accesstoken=abc",
    "humhub": "humhubs://token@localhost/1/2",
    "join": f"join://{'a' * 32}/group.phone/group.tablet",
    "mailersend": "mailersend://mlsn.abc:me@example.com/a@example.com/b@example.com",
    "mattermost": "mmost://localhost/3ccdd113474722377935511fc85d3dd4?channels=one,two",
    "messagebird": f"msgbird://{'a' * 25}/15551230000/15551231003/15551231005",
    "octopush": "octopush://login@example.com/apikey123/15551231003/15551231005",
    "office365": "azure://tenant:me@example.com/aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa/client/secret/a@example.com/b@example.com",
    "plivo": f"plivo://{'a' * 25}@{'b' * 40}/15551230000/15551231003/15551231005",
    "postmark": "postmark://apikey123:me@example.com/a@example.com/b@example.com",
    "pushed": "pushed://appkey/appsecret/#a/@b",
    "resend": "resend://abcd123:me@example.com/a@example.com/b@example.com",
    "rocketchat": "rocket://user:pass@localhost/#a/#b",
    "sendgrid": "sendgrid://abcd123:me@example.com/a@example.com/b@example.com",
    "ses": "ses://me@example.com/AHIAJGNT76XIMXDBIJYA/bu1dHSdO22pfaaVy%2FwmNsdljF4C07D/us-east-2/a@example.com/b@example.com",
    "sfr": "sfr://user:pass@space/0611111111/0622222222",
    "sogs": f"sessions://{'a' * 64}:{'b' * 64}@localhost/one/two",
    "twist": "twist://password:login@example.com/#a/123:45",
    "vapid": "vapid://me@example.com/a@example.com/b@example.com",
    "voipms": "voipms://password:me@example.com/15551230000/15551231003/15551231005",
}
# One message names them all: people mentioned in a post, responders of one alarm.
ONE_MESSAGE = {"dingtalk", "jira", "mastodon", "opsgenie"}
NOT_INSTALLED = {"mqtt"}  # its package isn't
TELEGRAM = "tgram://123456789:abcdefghij_klmnopqrstuvwxyzABCDEFGHI"


def make(facts: Facts) -> Any:
    return NotificationManager()[facts["schema"]](**{**facts, "asset": apprise.AppriseAsset()})


def found(url: str) -> list[str]:
    """The identities of a URL's recipients."""
    facts = url_to_dict(url)
    assert facts, "Apprise doesn't read it"
    return [one.identity for one in recipients(facts, make)]


def _takes_lists(plugin: Any) -> bool:
    return any(
        str(token.get("type")).startswith("list") for token in plugin.template_tokens.values()
    )


@pytest.mark.parametrize(
    "plugin",
    [p for p in plugins() if _takes_lists(p) and service_of(p) not in ONE_MESSAGE | NOT_INSTALLED],
    ids=service_of,
)
def test_every_plugin_with_several_targets_is_taken_apart(plugin: Any) -> None:
    """Each documented kind of target, two of it: two recipients; and together they name what the
    whole names (else there were none).
    """
    urls = (
        [BY_HAND[service_of(plugin)]]
        if service_of(plugin) in BY_HAND
        else [sample.url for sample in _usable(plugin)]
    )
    assert urls
    for url in urls:
        assert len(found(url)) == 2, url


def _usable(plugin: Any) -> list[Sample]:
    """Samples that Apprise itself takes, with two different targets."""
    usable = []
    for sample in samples(plugin):
        try:
            facts = url_to_dict(sample.url)
            if facts and make(facts) and sample.items[0] != sample.items[1]:
                usable.append(sample)
        except (TypeError, AttributeError):
            continue
    return usable


@pytest.mark.parametrize(
    "url",
    [
        "dingtalk://12345/15551231003/15551231005",
        "mastodon://token@localhost/@a/@b",
        "json://localhost/a/b",
        "gotify://h/t",
    ],
)
def test_what_is_one_message_is_one(url: str) -> None:
    """Mentions in a post, and services that know no recipients."""
    assert found(url) == []


@pytest.mark.parametrize(
    ("url", "named", "dropped"),
    [
        (f"{TELEGRAM}/111/222/notachat!!", ["111", "222"], ("no…",)),
        (
            "twilio://AC" + "a" * 32 + ":" + "b" * 32 + "@+15551230000/+15551231003/123",
            ["15551231003"],
            ("number …3",),
        ),
        ("ntfy://localhost/open/sed!", ["open"], ("se…",)),
        ("mailto://u:p@gmail.com?to=a@b.example,notmail", ["a@b.example"], ("no…",)),
        # A mail to oneself is no different from one that names nobody, and is one all the same.
        ("mailto://u:p@gmail.com?to=u@gmail.com", ["u@gmail.com"], ()),
        (
            "mailto://u:p@gmail.com?to=a@b.example,Me <u@gmail.com>",
            ["a@b.example", "u@gmail.com"],
            (),
        ),
    ],
    ids=["telegram", "twilio", "ntfy", "mail", "to oneself", "to oneself too"],
)
def test_what_the_plugin_takes_for_no_recipient_is_none_and_is_named(
    url: str, named: list[str], dropped: tuple[str, ...]
) -> None:
    """A plugin made of it alone would tell nobody, or whoever it tells where nobody is named."""
    facts = url_to_dict(url)
    assert facts
    assert (found(url), left_out(facts, make)) == (named, dropped)


SPELLINGS = [
    (f"{TELEGRAM}/-100123456/222", f"{TELEGRAM}/222/%20-100123456/?to=222"),
    (f"{TELEGRAM}/-100123456/222", f"{TELEGRAM}/222,-100123456"),
    (
        "mailto://u:p@gmail.com?to=a@B.example,c@d.example",
        "mailto://u:p@gmail.com?to=Joe <c@D.example>, Ann Lee <a@b.example>",
    ),
    (
        "mailto://u:p@gmail.com?to=a@b.example&cc=c@d.example",
        "mailto://u:p@gmail.com?to=a@b.example&bcc=c@d.example",
    ),
    (
        "mailto://u:p@gmail.com?to=a@b.example,c@d.example",
        "mailto://u:p@gmail.com?cc=c@d.example&to=a@b.example",
    ),
    (
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#jobs/@me",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/@me/jobs",
    ),
    ("matrix://u:p@host/#room/!id:host", "matrix://u:p@host/!id:host/room"),
    (
        "signal://localhost/+15551230000/+1 (555) 123-1003/@group",
        "signal://localhost/15551230000/@group/15551231003",
    ),
    ("smsmgr://key@15551231003/+15551231005", "smsmgr://key@+15551231005/15551231003"),
    ("ntfy://localhost/open/closed", "ntfy://localhost/?to=closed, open"),
]


@pytest.mark.parametrize(
    ("one", "other"), SPELLINGS, ids=[one.partition(":")[0] for one, _ in SPELLINGS]
)
def test_order_and_spelling_do_not_matter(one: str, other: str) -> None:
    """The same people: the same identities."""
    assert sorted(found(one)) == sorted(found(other))
    assert len(found(one)) == 2


def test_who_is_another_stays_another() -> None:
    """A device is no channel, a group no user, a topic of a group chat not the group."""
    assert len(found("pbul://token/#chan/chan")) == 2
    assert len(found(f"{TELEGRAM}/-100123456/100123456/-100123456:7")) == 3
    assert len(found("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#me/@me")) == 2


def test_a_mail_with_copies_has_a_recipient_for_each_address() -> None:
    """Without To it goes to its sender as well."""
    assert found("mailto://u:p@gmail.com?cc=a@b.example&bcc=c@d.example") == [
        "",
        "a@b.example",
        "c@d.example",
    ]


def test_each_recipient_has_a_plugin_of_its_own() -> None:
    """The objects' targets are the whole's, one each."""
    facts = url_to_dict("mailto://u:p@gmail.com?to=a@b.example,c@d.example&cc=e@f.example")
    assert facts
    alone = [make(one.facts) for one in recipients(facts, make)]
    assert [(p.targets, p.cc, p.bcc) for p in alone] == [
        ([(False, a)], set(), set()) for a in ("a@b.example", "c@d.example", "e@f.example")
    ]


@given(
    st.lists(st.integers(1, 10**12), min_size=1, max_size=6, unique=True),
    st.randoms(use_true_random=False),
)
def test_chats_in_any_order_are_the_same_chats(ids: list[int], random: Any) -> None:
    """And none is lost or made."""
    shuffled = random.sample(ids, len(ids))
    assert sorted(found(f"{TELEGRAM}/{'/'.join(map(str, ids))}")) == sorted(
        found(f"{TELEGRAM}/{'/'.join(map(str, shuffled))}")
    )
    assert len(found(f"{TELEGRAM}/{'/'.join(map(str, ids))}")) == len(ids)


@pytest.mark.parametrize(
    ("service", "text", "shown"),
    [
        ("telegram", "-100123442", "chat …42"),
        ("telegram", "111", "chat …1"),
        ("telegram", "7", "chat …"),
        ("twilio", "15551231003", "number …03"),
        ("email", "anna@Example.org", "a…@example.org"),
        ("slack", "#jobs", "#jo…"),
        ("ntfy", "open", "op…"),
        ("ntfy", "x", "…"),
        ("email", "", "the sender"),
    ],
)
def test_a_label_shows_no_address(service: str, text: str, shown: str) -> None:
    """Enough for its owner."""
    assert label(service, text) == shown


@given(st.text(), st.binary(min_size=1, max_size=64))
def test_a_key_is_of_letters_and_hangs_on_the_secret(text: str, secret: bytes) -> None:
    """No digit of a number can be in it by chance."""
    assert keyed(secret, text).isalpha()
    assert len(keyed(secret, text)) == 12
    assert keyed(secret, text) == keyed(secret, text) != keyed(secret + b"1", text)


@pytest.mark.parametrize(
    ("service", "url", "asked"),
    [
        ("telegram", f"{TELEGRAM}/-100123456/222", ['"chat_id": -100123456', '"chat_id": 222']),
        (
            "slack",
            "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#jobs/@me",
            ['"channel": "#jobs"', '"channel": "@me"'],
        ),
        (
            "twilio",
            f"twilio://AC{'a' * 32}:{'b' * 32}@15551112222/15551231003/15551231005",
            ["To=%2B15551231003", "To=%2B15551231005"],
        ),
        (
            "discord",
            "discord://123456789012345678/abcdefghijklmnopqrstuvwxyz",
            ["content"],
        ),
    ],
)
def test_each_recipient_is_sent_one_message_of_its_own(
    service: str, url: str, asked: list[str]
) -> None:
    """As the services answer: each message goes to the one that is meant, and to no other."""
    secret, bodies = b"secret", []
    with Services() as services:

        def reach(send: Any, session: Any, request: Any, options: dict[str, Any]) -> Any:
            body = request.body
            bodies.append(body.decode() if isinstance(body, bytes) else str(body))
            return services.reach(send, session, request, options)

        post = Post(reach)
        names = names_of(url, secret)
        assert names is not None
        for whom in [Whom(key, secret) for key, _ in names] or [None]:
            rendered = render(TestAlert("phone", example_match()), target_of(url))
            result = post.deliver(url, rendered, lambda: None, whom=whom)
            assert result.verdict is Verdict.SENT, result.reason
    assert len(bodies) == len(asked)
    assert all(words in body for words, body in zip(asked, bodies, strict=True)), bodies
