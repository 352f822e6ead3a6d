"""What is wrong or odd only when settings are seen together: names that two rows or none bear,
what reaches no one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from goldmine_ingest.config.problems import Problem
from goldmine_ingest.config.references import holds_credential
from goldmine_ingest.settings.kinds import shown

if TYPE_CHECKING:
    from goldmine_ingest.config.table import Table
    from goldmine_ingest.settings.criteria import CriteriaSettings
    from goldmine_ingest.settings.project import Project
    from goldmine_ingest.settings.reference import Reference

_MOST_NAMED = 20
# How long ntfy keeps messages by default; Telegram 24 h, the longest time between two polls.
_KEPT_BY_NTFY = timedelta(hours=12)


def names(
    feeds: Sequence[Table],
    destinations: Sequence[Table],
    root: Table,
    criteria: CriteriaSettings | None,
) -> Iterator[Problem]:
    """Names that two rows bear, and names that nothing bears. Proofs aren't looked at where
    criteria.toml couldn't be read.
    """
    yield from _duplicates(feeds)
    yield from _duplicates(destinations)
    names_of: dict[str, dict[object, None]] = {
        "feed": dict.fromkeys(name for feed in feeds if isinstance(name := feed.raw("name"), str))
    }
    if criteria:
        names_of["proof"] = dict.fromkeys(proof.name for proof in criteria.proofs)
    for row in (*feeds, *destinations):
        for what, have in names_of.items():
            yield from _unknown(row, what, have)
    for feed in feeds:
        kind, _, account = str(feed.raw("url")).partition(":")
        defined = root.raw(kind)
        if (
            kind in ("imap", "webhook")
            and account
            and not (isinstance(defined, dict) and account in defined)
        ):
            yield Problem(
                feed.where("url"),
                f"there is no [{kind}.{account}]",
                "an account that is defined in this file",
            )


def _duplicates(rows: Sequence[Table]) -> Iterator[Problem]:
    first: dict[str, Table] = {}
    for row in rows:
        name = row.raw("name")
        if isinstance(name, str) and name and first.setdefault(name, row) is not row:
            yield Problem(
                row.where("name"), f"is also the name of {first[name].path}", "a name of its own"
            )


def _unknown(row: Table, what: str, have: Mapping[object, None]) -> Iterator[Problem]:
    """The entries of a row's filter (`feeds`, `proofs`) that name nothing."""
    used = row.raw(f"{what}s")
    for index, name in enumerate(used if isinstance(used, list) else ()):
        if isinstance(name, str) and name not in have:
            yield Problem(
                row.where(f"{what}s[{index}]"),
                f"there is no {what} {shown(name)}",
                _one_of(what, have),
            )


def _one_of(what: str, have: Mapping[object, None]) -> str:
    names = [shown(name) for name in have if isinstance(name, str)][:_MOST_NAMED]
    return (
        "one of " + ", ".join(names) + (" …" if len(have) > _MOST_NAMED else "")
        if names
        else f"a [[{what}]] so named"
    )


def warnings(project: Project) -> Iterator[tuple[str, str]]:
    """What is odd and leaves the configuration usable."""
    yield from _feed_warnings(project)
    yield from _destination_warnings(project)
    yield from _button_warnings(project)
    yield from _review_warnings(project)
    if not project.criteria.proofs:
        yield (
            "proof",
            "there is no [[proof]]: listings are not compared with work that you can show",
        )
    for index, proof in enumerate(project.criteria.proofs):
        if not proof.skills and not proof.phrases:
            yield f"proof[{index}]", "has neither skills nor phrases, so no listing can match it"
        if proof.want == 0:
            yield f"proof[{index}].want", "is 0: no listing can match this proof"
    yield from _want_warnings(project.criteria)


def _want_warnings(criteria: CriteriaSettings) -> Iterator[tuple[str, str]]:
    """Reasons to pay that are looked for, and don't decide."""
    if criteria.scope.want and criteria.decision.unknown.get("scope", "pass") == "pass":
        yield (
            "scope.want",
            "what shows none of these reasons passes all the same: [decision.unknown] scope ="
            ' "review" has it wait, "fail" turns it away',
        )


def _feed_warnings(project: Project) -> Iterator[tuple[str, str]]:
    if project.feeds and not any(feed.enabled for feed in project.feeds):
        yield "feed", "no feed is enabled, so nothing is polled"
    seen: dict[str, str] = {}
    for index, feed in enumerate(project.feeds):
        first = seen.setdefault(feed.url.text, feed.name)
        if first != feed.name:
            yield f"feed[{index}].url", f"is also the address of the feed {first!r}"


def _button_warnings(project: Project) -> Iterator[tuple[str, str]]:
    """Presses that a service lets go before a cycle fetches them."""
    paces = [feed.every for feed in project.feeds if feed.enabled and feed.every]
    rarest = min(paces, default=project.schedule.every)
    if project.actions and rarest > _KEPT_BY_NTFY:
        yield (
            "actions",
            "presses are fetched when feeds are asked, which is rarer than ntfy keeps them (12 h)",
        )


def _review_warnings(project: Project) -> Iterator[tuple[str, str]]:
    """Silence that is never told, and a message that no one gets."""
    review = project.review
    for stage in ("pursued", "viewed"):  # an interview isn't ignored
        silence = review.follow_up.get(stage)
        if silence is not None and silence >= review.ignored_after:
            yield (
                f"review.follow_up.{stage}",
                f"is {silence.days} days, and after {review.ignored_after.days} (ignored_after) it"
                " counts as ignored: its silence is never told",
            )
    if review.weekly and not any(destination.notices for destination in project.destinations):
        yield "review.weekly", "goes to destinations that take notices, and there is none"


def _destination_warnings(project: Project) -> Iterator[tuple[str, str]]:
    if not project.destinations:
        yield "notify", "there is no [[notify]]: listings are stored and judged, and no one is told"
    elif not any(destination.notices for destination in project.destinations):
        yield (
            "notify",
            "no destination takes notices (notices = false): no one hears that a feed or a"
            " destination fails",
        )
    for index, destination in enumerate(project.destinations):
        where = f"notify[{index}].digest_at"
        if destination.digest_at:
            continue
        if destination.mode == "digest":
            yield where, f"is empty in digest mode: nothing reaches {destination.name!r} at all"
        else:
            lost = (
                "review listings and the day's summary"
                if "review" in destination.decisions
                else "the day's summary"
            )
            yield (
                where,
                (
                    f"is empty: {lost} reach no one through {destination.name!r}; what the hourly"
                    " limit holds waits for a free slot"
                ),
            )


def literal_credentials(project: Project) -> Iterator[str]:
    """The settings in which a password or token stands in the file itself."""
    for where, ref in references(project):
        named = where.endswith((".password", ".token")) or (
            ".headers." in where and "auth" in where.lower()
        )
        if ref.scheme == "literal" and (named or holds_credential(ref.text)):
            yield where


def holds_literals(project: Project) -> bool:
    """Whether the file itself holds addresses of feeds or destinations, which may be personal."""
    return any(ref.scheme == "literal" and "://" in ref.text for _, ref in references(project))


def references(project: Project) -> Iterator[tuple[str, Reference]]:
    """Every setting that may be a secret, with its path."""
    for index, feed in enumerate(project.feeds):
        yield f"feed[{index}].url", feed.url
        for name, value in feed.headers.items():
            yield f"feed[{index}].headers.{name}", value
    for index, destination in enumerate(project.destinations):
        yield f"notify[{index}].url", destination.url
    for name, account in project.imap.items():
        yield f"imap.{name}.user", account.user
        yield f"imap.{name}.password", account.password
    for name, receiver in project.webhooks.items():
        yield f"webhook.{name}.token", receiver.token
    if project.schedule.heartbeat:
        yield "schedule.heartbeat", project.schedule.heartbeat
    if project.fetch.proxy:
        yield "fetch.proxy", project.fetch.proxy


def shown_path(path: Path, home: Path) -> str:
    """A path as messages name it: from the project folder, if it lies there."""
    return str(path.relative_to(home)) if path.is_relative_to(home) else str(path)
