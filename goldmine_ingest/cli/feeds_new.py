"""What `feeds add` and `feeds import` share: names for new feeds, credentials into files of
their own, and writing goldmine.toml.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from goldmine_ingest.cli.new_file import write_new
from goldmine_ingest.config import reveal
from goldmine_ingest.config.edit import append_feeds
from goldmine_ingest.config.references import holds_credential
from goldmine_ingest.errors import UnavailableError
from goldmine_ingest.runtime.redaction import looks_secret

if TYPE_CHECKING:
    from goldmine_ingest.cli.session import Session
    from goldmine_ingest.settings.project import Project

_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Addition:
    """A feed to add. `url` may be a secret; `settings` are further keys of its [[feed]]."""

    name: str
    url: str = field(repr=False)
    settings: tuple[tuple[str, str], ...] = ()


def is_credential(url: str) -> bool:
    """Whether a web address gives access to who knows it, as far as can be told from its looks."""
    return url.startswith(("http://", "https://")) and (holds_credential(url) or looks_secret(url))


def free_name(wanted: str, taken: Collection[str]) -> str:
    """The name on one line and not too long; with a number if another feed has it."""
    plain = (
        " ".join("".join(c if c.isprintable() else " " for c in wanted).split())[
            : _LONGEST_NAME - 8
        ].strip()
        or "feed"
    )
    number, name = 1, plain
    while name in taken:
        number += 1
        name = f"{plain}-{number}"
    return name


def name_of_host(url: str) -> str:
    """A name from an address: its site, without www and the like."""
    host = (
        (urlsplit(url).hostname or "feed")
        .removeprefix("www.")
        .removeprefix("feeds.")
        .removeprefix("rss.")
    )
    return host if re.fullmatch(r"[\d.]+|.*:.*", host) else host.rsplit(".", 1)[0].replace(".", "-")


def known_addresses(project: Project, session: Session) -> dict[str, str]:
    """Address to name of the feeds that are configured; also how each refers to a secret. What
    can't be revealed here is left out.
    """
    names = {}
    for feed in project.feeds:
        names[feed.url.text] = feed.name
        try:
            names[reveal(feed.url, project.home, session.env)] = feed.name
        except UnavailableError:
            continue
    return names


def add(additions: Sequence[Addition], project: Project, session: Session) -> None:
    """Writes the feeds into goldmine.toml, the addresses that are credentials into files of mode
    0600. Raises GoldmineError.
    """
    written: list[Path] = []
    feeds = []
    try:
        for addition in additions:
            url = addition.url
            if is_credential(url):
                written.append(
                    _write_secret(project.config_path.parent / "secrets", addition.name, url)
                )
                url = f"secret:{written[-1].relative_to(project.home)}"
            feeds.append({"name": addition.name, "url": url, **dict(addition.settings)})
        append_feeds(project.config_path, feeds)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise
    where = project.config_path.relative_to(project.home)
    for addition, feed in zip(additions, feeds, strict=True):
        kept = (
            f"; its address is a credential and lies in {feed['url'].partition(':')[2]}"
            if feed["url"] != addition.url
            else ""
        )
        session.say(f"added {addition.name} to {where}{kept}")


def _write_secret(folder: Path, name: str, url: str) -> Path:
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:60] or "feed"
    write_new(folder / ".gitignore", "*\n")
    for path in _numbered(folder, stem):
        if write_new(path, url + "\n"):
            return path
    raise AssertionError


def _numbered(folder: Path, stem: str) -> Iterable[Path]:
    yield folder / f"{stem}.url"
    number = 1
    while True:
        number += 1
        yield folder / f"{stem}-{number}.url"
