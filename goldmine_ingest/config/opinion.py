"""[opinion] as a whole: what is wrong only beside another key, and where it may be asked."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from urllib.parse import urlsplit

from goldmine_ingest.config.references import holds_credential
from goldmine_ingest.config.table import Table, read_table
from goldmine_ingest.settings.opinion import OpinionSettings


def read_opinion(table: Table, *, has_proofs: bool) -> OpinionSettings | None:
    """The settings of [opinion]; None where there is no such table."""
    if not table.present:
        return None
    opinion = read_table(table, OpinionSettings)
    if not has_proofs:
        table.wrong(
            "url", "is asked how listings fit your proofs, and there is none", "a [[proof]]"
        )
    if "pass" not in table:
        opinion = replace(opinion, pass_=max(opinion.pass_, opinion.fail))
    if opinion.pass_ < opinion.fail:
        table.wrong(
            "pass",
            f"is under fail ({opinion.fail})",
            "a fit from which an opinion passes, not under fail",
        )
    if opinion.url.scheme == "literal" and opinion.url.text:
        _check_url(table, opinion)
    return opinion


def _check_url(table: Table, opinion: OpinionSettings) -> None:
    if holds_credential(opinion.url.text) or "@" in urlsplit(opinion.url.text).netloc:
        table.wrong("url", "holds a password or a token", 'the address alone, and key = "env:NAME"')
    elif why := refused(opinion.url.text, allow_plain=opinion.allow_plain):
        table.wrong("url", *why)


def refused(url: str, *, allow_plain: bool) -> tuple[str, str] | None:
    """Why an address isn't asked, and what is expected; None for one that is."""
    parts = urlsplit(url)
    if parts.scheme.lower() == "https" or allow_plain or is_loopback(parts.hostname or ""):
        return None
    return (
        "is plain http to another computer, where anybody between can read the listing and the key",
        "https://…, or allow_plain = true in [opinion]",
    )


def host_of(url: str) -> str:
    """The host of an address as it may be shown, with its port where it names one."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname or ""


def what_goes_where(opinion: OpinionSettings, url: str) -> str:
    """In one line what is sent to which host."""
    here = " (this computer)" if is_loopback(urlsplit(url).hostname or "") else ""
    return (
        f"title, pay, tags and text of open listings, and your proofs' words, go to"
        f" {host_of(url)}{here}, for {opinion.model}, at most {opinion.max_per_day} a day"
    )


def is_loopback(host: str) -> bool:
    """Whether a host is this computer, by its name or number."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
