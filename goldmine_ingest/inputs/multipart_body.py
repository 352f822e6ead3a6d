"""Several mails or files that came in one poll, as one body; and reading such a body part by part.

A way in yields what is new as one body, so that it goes through the cycle like the answer of a
server: one poll, one transaction. Each part is read by itself, so that a hostile one (the reading
worker is killed over it) costs no other.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.parse.reading import FeedRead, ReadEntry, ReadJob

PARTS = "application/x-goldmine-parts"
MAIL = "message/rfc822"
JSON = "application/json"
_NAMED_PROBLEMS = 3


@dataclass(frozen=True, slots=True)
class Part:
    """One mail or file. `label` is its name; `mark` tells whether a file of this name is still the
    one that was read.

    `problem` says why it can't be read, where that is known already.
    """

    label: str
    content_type: str
    body: bytes = field(default=b"", repr=False)
    problem: str | None = None
    mark: str = ""


def pack(parts: Iterable[Part]) -> bytes:
    """The parts as one body: a line of JSON that says where each begins and ends, then the
    parts. Same parts, same bytes.
    """
    parts = list(parts)
    head = json.dumps(
        [[part.label, part.content_type, len(part.body), part.problem, part.mark] for part in parts]
    )
    return head.encode("ascii") + b"\n" + b"".join(part.body for part in parts)


def unpack(body: bytes) -> list[Part]:
    """The parts of what `pack` made."""
    head, _, rest = body.partition(b"\n")
    parts, at = [], 0
    for label, content_type, length, problem, mark in json.loads(head):
        parts.append(Part(label, content_type, rest[at : at + length], problem, mark))
        at += length
    return parts


def read_parts(job: ReadJob, read: Callable[[ReadJob], FeedRead]) -> FeedRead:
    """Reads a body by `read`; one of several parts each by itself. What can't be read makes the
    whole PARTIAL, and loses nothing else.

    A mail that is no alert is no job (a mailbox holds other mails too), unless the feed's platform
    says how to read it; one of a job site that isn't understood is among the bad ones, by its
    sender's name.
    """
    if job.content_type != PARTS:
        return read(job)
    reads = [(part.label, _read(part, job, read)) for part in unpack(job.body)]
    bad = tuple(
        (label, feed_read.problem or str(feed_read.outcome))
        for label, feed_read in reads
        if _is_bad(feed_read)
    )
    entries: dict[str, ReadEntry] = {}
    for _, feed_read in reads:
        entries.update(
            (entry.digest, entry) for entry in feed_read.entries if entry.digest not in entries
        )
    platforms = Counter(
        feed_read.platform
        for _, feed_read in reads
        for _ in feed_read.entries
        if feed_read.platform
    )
    return FeedRead(
        outcome=Outcome.PARTIAL if bad else Outcome.OK,
        platform=platforms.most_common(1)[0][0] if platforms else None,
        entries=tuple(entries.values()),
        skipped=sum(
            feed_read.skipped or not feed_read.outcome.brought_entries for _, feed_read in reads
        ),
        problem=_problem(bad, {label: feed_read.title for label, feed_read in reads}),
        not_jobs=sum(feed_read.not_jobs for _, feed_read in reads),
        bad_parts=bad,
        mail_outcomes=tuple(
            outcome for _, feed_read in reads for outcome in feed_read.mail_outcomes
        ),
    )


def _read(part: Part, job: ReadJob, read: Callable[[ReadJob], FeedRead]) -> FeedRead:
    if part.problem is not None:
        return FeedRead(Outcome.ERROR, problem=part.problem)
    feed_read = read(replace(job, body=part.body, content_type=part.content_type))
    if part.content_type == MAIL and job.platform == "auto" and feed_read.platform == "generic":
        return replace(
            feed_read,
            platform=None,
            entries=(),
            not_jobs=feed_read.not_jobs + len(feed_read.entries),
        )
    return feed_read


def _is_bad(read: FeedRead) -> bool:
    return bool(read.skipped) or read.outcome is not Outcome.OK


def _problem(bad: tuple[tuple[str, str], ...], senders: Mapping[str, str]) -> str | None:
    """What couldn't be read, for a person: mails by their senders, files by their names."""
    if not bad:
        return None
    by_name: dict[str, list[str]] = {}
    for label, why in bad:
        by_name.setdefault(senders.get(label) or label, []).append(why)
    named = "; ".join(
        f"{f'{len(whys)} mails of ' if len(whys) > 1 else ''}{name}: {whys[0]}"
        for name, whys in list(by_name.items())[:_NAMED_PROBLEMS]
    )
    more = f"; and {len(by_name) - _NAMED_PROBLEMS} more" if len(by_name) > _NAMED_PROBLEMS else ""
    return f"could not be read: {named}{more}"
