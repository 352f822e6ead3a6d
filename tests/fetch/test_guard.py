"""The address guard: how URLs are read, which addresses are public, and what an exception opens."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.fetch.guard import (
    BadUrlError,
    ForbiddenAddressError,
    Guard,
    is_public,
    parse_url,
)
from tests.rig.fault_table import fault

LOOPBACK_SPELLINGS = [
    *(
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0x7F000001",
        "017700000001",
        "127.0.0.1.",
        "１２７.0.0.1",
        "127。0。0。1",
    ),
    *(
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::]",
        "[64:ff9b::127.0.0.1]",
        "[2002:7f00:1::]",
        "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
    ),
    *("[::127.0.0.1]", "[fe80::1]", "[fc00::1]", "[fd12:3456::1]", "[ff02::1]"),
    *(
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "0.1.2.3",
        "255.255.255.255",
    ),
]
NOT_PUBLIC = [
    *(
        "0.0.0.0",  # noqa: S104
        "0.255.1.1",
        "10.1.2.3",
        "100.127.255.255",
        "127.255.255.254",
        "169.254.0.1",
        "172.20.1.1",
        "192.0.0.8",
        "192.0.2.1",
    ),
    *(
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.9",
        "224.0.0.251",
        "240.0.0.1",
        "255.255.255.255",
    ),
    *(
        "::",
        "::1",
        "::7f00:1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:808:808::",
    ),
    *("3fff::1", "5f00::1", "fc00::1", "fe80::1", "fec0::1", "ff0e::1", "4000::1"),
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.0.1",
    "172.32.0.1",
    "2606:4700::1",
    "2a00:1450::1",
]
PUBLIC += ["::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]


@pytest.mark.parametrize("host", LOOPBACK_SPELLINGS)
@fault("Z1", "22 spellings of private addresses", "refused")
def test_z1_no_spelling_of_a_private_address_passes(host: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        Guard().check_literal(parse_url(f"http://{host}:8080/feed"))


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_address_that_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_address_that_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@given(st.ip_addresses(v=4))
def test_an_embedded_address_is_as_public_as_itself(address: object) -> None:
    """A public IPv4 address may come mapped or through NAT64; a private one may not."""
    assert (
        is_public(ip_address(f"::ffff:{address}"))
        == is_public(ip_address(f"64:ff9b::{address}"))
        == is_public(ip_address(str(address)))
    )


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_nothing_is_more_public_than_the_standard_library_says(address: object) -> None:
    ip = ip_address(str(address))
    embeds = ip.version == 6 and (ip.ipv4_mapped is not None or str(ip).startswith("64:ff9b::"))
    assert embeds or not is_public(ip) or ip.is_global


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:80\\@example.com/",
        "http://example.com\\.evil.test/",
        "http://a@b@127.0.0.1/",
        "http://exam\tple.com/",
        "http://example.com/\r\nHost: x",
        "http://example.com/a b",
        " http://example.com/",
        "http://example.com/\x00",
        "file:///etc/passwd",
        "ftp://example.com/",
        "gopher://127.0.0.1:70/_x",
        "data:text/xml,<rss/>",
        "javascript:alert(1)",
    ],
)
@fault("Z1", "URLs made to mislead two parsers", "refused")
def test_z1_a_url_made_to_mislead_is_refused(url: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        parse_url(url)


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "example.com/feed",
            "//example.com/",
            "http:example.com",
            "http:/example.com",
            "http://",
            "http:///feed",
            "http://:80/",
        ),
        *(
            "http://exa%6dple.com/",
            "http://a..b/",
            "http://-a.com/",
            "http://[::1/",
            "http://[fe80::1%25eth0]/",
            "http://[::1]x/",
        ),
        *(
            "http://example.com:0/",
            "http://example.com:65536/",
            "http://example.com:8o/",
            "http://1.2.3.4.5/",
            "http://0x/",
            "http://300.1/",
        ),
    ],
)
def test_what_is_no_url_is_said_to_be_none(url: str) -> None:
    with pytest.raises(BadUrlError):
        parse_url(url)


@pytest.mark.parametrize(
    ("url", "place", "rebuilt"),
    [
        ("HTTPS://Example.COM./a?b=c#d", "example.com:443", "https://example.com/a?b=c"),
        ("http://user:p%40ss@example.com:8080", "example.com:8080", "http://example.com:8080/"),
        ("http://example.com?q=1", "example.com:80", "http://example.com/?q=1"),
        (
            "http://bücher.example/ä?q=ö",
            "xn--bcher-kva.example:80",
            "http://xn--bcher-kva.example/%C3%A4?q=%C3%B6",
        ),
        ("http://2130706433:81/", "127.0.0.1:81", "http://127.0.0.1:81/"),
        ("https://[2606:4700:0::1]/", "[2606:4700::1]:443", "https://[2606:4700::1]/"),
    ],
)
def test_a_url_is_rebuilt_from_what_was_read(url: str, place: str, rebuilt: str) -> None:
    target = parse_url(url)
    assert (target.place, target.url) == (place, rebuilt)


def test_userinfo_misleads_nobody_about_the_host() -> None:
    target = parse_url("http://example.com@127.0.0.1/")
    assert (target.host, target.userinfo) == ("127.0.0.1", ("example.com", ""))


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    """No other exception; and what is rebuilt reads the same again."""
    try:
        target = parse_url(f"http://{text}")
    except (BadUrlError, ForbiddenAddressError):
        return
    assert parse_url(target.url).origin == target.origin


def test_secrets_are_not_shown_by_a_target() -> None:
    shown = repr(parse_url("https://user:canary1@example.com/canary2?token=canary3"))
    assert "canary" not in shown


ALLOWED = Guard(["127.0.0.1:8080", "rsshub:1200", "[::1]:9090", "169.254.10.10:80"])


@pytest.mark.parametrize(
    ("url", "addresses"),
    [
        ("http://127.0.0.1:8080/", ["127.0.0.1"]),
        ("http://rsshub:1200/", ["172.18.0.3"]),
        ("http://rsshub:1200/", ["127.0.0.1", "::1"]),
        ("http://[::1]:9090/", ["::1"]),
        ("http://169.254.10.10/", ["169.254.10.10"]),
        ("http://example.com/", ["93.184.216.34", "2606:2800:220:1::1"]),
    ],
)
def test_what_may_be_connected_to(url: str, addresses: list[str]) -> None:
    ALLOWED.check(parse_url(url), addresses)


@pytest.mark.parametrize(
    ("url", "addresses"),
    [
        ("http://127.0.0.1:8081/", ["127.0.0.1"]),
        ("http://127.0.0.2:8080/", ["127.0.0.2"]),
        ("http://localhost:8080/", ["127.0.0.1"]),
        ("http://rsshub:1201/", ["172.18.0.3"]),
        ("http://rsshub:1200/", ["169.254.169.254"]),
        ("http://rsshub:1200/", ["0.0.0.0"]),  # noqa: S104 - an address in a test case, nothing binds to it
        ("http://rsshub:1200/", ["224.0.0.1"]),
        ("http://example.com/", ["93.184.216.34", "10.0.0.1"]),
        ("http://example.com/", ["fe80::1%eth0"]),
        ("http://example.com/", ["not an address"]),
    ],
)
def test_what_may_not_be_connected_to(url: str, addresses: list[str]) -> None:
    with pytest.raises(ForbiddenAddressError):
        ALLOWED.check(parse_url(url), addresses)


def test_the_refusal_says_how_to_open_the_guard() -> None:
    with pytest.raises(ForbiddenAddressError, match=r'"nas:80" to \[fetch\] allow_private'):
        Guard().check(parse_url("http://nas/feed"), ["192.168.1.5"])
