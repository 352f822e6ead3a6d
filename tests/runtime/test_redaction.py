"""The redactor: what it learns, what it leaves readable, and that logs pass through it."""

from __future__ import annotations

import io
import json
import logging
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.runtime.redaction import MASK, RedactingFilter, Redactor, looks_secret
from tests.rig.fault_table import fault


@given(st.text(min_size=4).filter(lambda text: len(text.strip()) >= 4), st.text(), st.text())
def test_a_learned_value_is_gone_in_every_form(value: str, before: str, after: str) -> None:
    redactor = Redactor()
    redactor.learn(value)
    value = value.strip()
    for form in (value, quote(value, safe=""), quote_plus(value), json.dumps(value)[1:-1]):
        assert (
            form not in redactor.clean(f"{before}{form}{after}").replace(MASK, "\x00")
            or form in MASK * 3
        )


def test_the_longest_secret_goes_first() -> None:
    """No tail of a long secret is left when a short one is its beginning."""
    redactor = Redactor()
    for value in ("abcd", "abcdefgh"):
        redactor.learn(value)
    assert redactor.clean("x abcdefgh y abcd") == "x *** y ***"


def test_thousands_of_secrets_mask_like_few() -> None:
    redactor = Redactor()
    for number in range(3000):
        redactor.learn(f"secret-{number:05}-value")
    assert redactor.clean("see secret-02999-value, not secret-0299") == "see ***, not secret-0299"


def test_values_too_short_to_hide_are_left() -> None:
    redactor = Redactor()
    redactor.learn("a")
    assert redactor.clean("a man") == "a man"


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("https://user:s3cr3t@example.com/feed", "s3cr3t"),
        ("https://markus7:s3cr3t@example.com/feed", "markus7"),
        ("https://user:s3cr3t@example.com/feed", "dXNlcjpzM2NyM3Q="),
        ("https://user:p%40ssw0rd@example.com/feed", "p@ssw0rd"),
        ("https://example.com/rss?q=python&token=hunter2", "hunter2"),
        ("https://example.com/rss?securityToken=Ab1&orgUid=1234567&userUid=7654321", "1234567"),
        ("https://example.com/rss?api_key=K-99-ZZ", "K-99-ZZ"),
        ("https://example.com/rss?X-Amz-Signature=00ff00", "00ff00"),
        ("https://example.com/rss?x=AbCdEf0123456789GhIjKl", "AbCdEf0123456789GhIjKl"),
        ("https://example.com/rss?t=a%2Bb%2F0123456789abcdef0123", "a+b/0123456789abcdef0123"),
        (
            "https://example.com/feeds/9f86d081884c7d659a2feaa0c55ad015.xml",
            "9f86d081884c7d659a2feaa0c55ad015",
        ),
        (
            "https://example.com/rss/123e4567-e89b-12d3-a456-426614174000",
            "123e4567-e89b-12d3-a456-426614174000",
        ),
        ("https://example.com/token/x7x7x7/feed", "x7x7x7"),
        ("https://example.com/feed;key=zz11zz", "zz11zz"),
        ("https://example.com/jobs/python.rss", "https://example.com/jobs/python.rss"),
        ("https://user:pw99@example.com/jobs/python.rss", "https://example.com/jobs/python.rss"),
        ("https://example.com/a?token=q1w2e3", "/a?token=q1w2e3"),
    ],
)
def test_what_a_url_teaches(url: str, secret: str) -> None:
    redactor = Redactor()
    redactor.learn_url(url)
    assert secret not in redactor.clean(f"<{secret}>")


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://example.com/rss?q=wordpress", "WordPress and wordpress"),
        ("https://example.com/rss?user=wordpress", "wordpress"),
        ("https://example.com/user/python/feed", "python feed"),
        ("https://example.com/key/feed.xml", "feed.xml"),
        ("https://feed:s3cr3t@example.com/jobs", "feed"),
        (
            "https://example.com/top-10-python-developer-jobs-in-berlin",
            "top-10-python-developer-jobs-in-berlin",
        ),
        ("https://example.com/?keywords=Python+Developer+Remote", "Python Developer Remote"),
        ("https://example.com/author/smith/jobs", "smith"),
        ("https://example.com/", "https://example.com/jobs/1"),
        ("https://example.com/rss?page=2&limit=100", "2100 and 100"),
        ("https://example.com/jobs", "https://example.com/jobs/101"),
        ("https://example.com/jobs", "https://example.com/jobs?id=101, and so on"),
        ("https://example.com/jobs", "https://example.com/jobs-in-berlin"),
        ("https://example.com/jobs/", "https://example.com/jobs/101"),
        ("https://user:pw99@example.com/jobs", "https%3A%2F%2Fexample.com%2Fjobs%2F101"),
    ],
)
def test_what_a_url_leaves_readable(url: str, text: str) -> None:
    redactor = Redactor()
    redactor.learn_url(url)
    assert redactor.clean(text) == text


@pytest.mark.parametrize(
    "text", ["at {}.", "{}/", "({})", "{}, {}", "u={}&v=1", "{}\n", "'{}'", '"{}":', "<{}>"]
)
def test_an_address_is_a_secret_where_it_ends(text: str) -> None:
    redactor = Redactor()
    redactor.learn_url("https://example.com/jobs")
    assert redactor.clean(text.replace("{}", "https://example.com/jobs")) == text.replace(
        "{}", MASK
    )


def test_an_address_that_is_a_secret_by_itself_is_one_everywhere() -> None:
    """That of a variable or a secret file."""
    for first, second in (
        (Redactor.learn, Redactor.learn_url),
        (Redactor.learn_url, Redactor.learn),
    ):
        redactor = Redactor()
        for learn in (first, second):
            learn(redactor, "https://example.com/f/x7")
            redactor.clean("")
        assert redactor.clean("https://example.com/f/x7/rest") == "***/rest"


def test_text_that_is_no_url_is_a_secret_as_a_whole() -> None:
    redactor = Redactor()
    redactor.learn_url("http://[broken/secret")
    assert redactor.clean("at http://[broken/secret") == "at ***"


@pytest.fixture
def logged() -> tuple[logging.Logger, io.StringIO]:
    """A root-like logger with a handler, cleaned by a filter that knows 'canary-1234'."""
    redactor = Redactor()
    redactor.learn("canary-1234")
    root = logging.Logger("root-of-this-test", logging.DEBUG)
    output = io.StringIO()
    root.addHandler(logging.StreamHandler(output))
    RedactingFilter(redactor).install(root)
    child = (
        root.manager.getLogger("test_redaction.child") if root.manager else logging.Logger("child")
    )
    child.parent, child.propagate, child.disabled = root, True, False
    child.setLevel(logging.DEBUG)
    return child, output


@fault("Z11", "secrets in log arguments and exceptions", "masked")
def test_z11_message_arguments_and_exception_are_cleaned(
    logged: tuple[logging.Logger, io.StringIO],
) -> None:
    logger, output = logged
    try:
        int("canary-1234")
    except ValueError:
        logger.exception("asked %s with %r", "canary-1234", {"t": "canary-1234"}, stack_info=True)
    assert "canary" not in output.getvalue()
    assert "ValueError: invalid literal for int() with base 10: '***'" in output.getvalue()
    assert "asked *** with" in output.getvalue()


def test_a_broken_log_call_is_still_cleaned(logged: tuple[logging.Logger, io.StringIO]) -> None:
    logger, output = logged
    logger.warning("%d items from %s", "canary-1234")
    assert "canary" not in output.getvalue()
    assert "***" in output.getvalue()


def test_installing_twice_is_once() -> None:
    logger = logging.Logger("twice")
    logger.addHandler(logging.NullHandler())
    cleaner = RedactingFilter(Redactor())
    cleaner.install(logger)
    cleaner.install(logger)
    assert len(logger.filters) == len(logger.handlers[0].filters) == 1


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("https://board.example/rss", False),
        ("https://board.example/remote-python-jobs.rss?q=django&sort=recency", False),
        ("https://bridge.example/rss/q7Zk93TbLm20XwPd55Rv", True),
        ("https://board.example/rss?key=abc123", True),
        ("https://me:word-1@board.example/rss", True),
        ("https://[broken/rss", True),
    ],
)
def test_addresses_that_look_like_credentials(url: str, *, secret: bool) -> None:
    assert looks_secret(url) is secret


_SEGMENTS = st.sampled_from(
    [
        "rss",
        "feed.xml",
        "api",
        "key",
        "token",
        "xK2",
        "userId",
        "a1b2c3d4e5f6g7h8i9j",
        "a1b2c3d4e5f6g7h8i9j0",
        "jobs-in-berlin",
    ]
)


@given(st.lists(_SEGMENTS, min_size=1, max_size=4))
def test_a_plain_address_teaches_the_same_by_either_way(segments: list[str]) -> None:
    """Ordinary addresses aren't taken apart; a query, which is never ordinary, sends the same
    path the long way.
    """
    redactor, slowly = Redactor(), Redactor()
    url = "https://feeds.example.com/" + "/".join(segments)
    redactor.learn_url(url)
    slowly.learn_url(url + "?a=b")
    assert redactor.clean(f"<{url}>") == f"<{MASK}>"
    for segment in segments:
        assert redactor.clean(f"<{segment}>") == slowly.clean(f"<{segment}>")
