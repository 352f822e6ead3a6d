"""`python -m tools.bench.big_history DIR --listings 1000000`: a project whose history is as large
as one likes, made in SQL within minutes.

A thousand different listings (those of tools/bench/backtest.py) are judged by the real criteria and
stored as a cycle stores them; the history is drawn out of them. Every listing has an id, a text,
names and near-duplicate keys of its own, and everything else that a cycle would have left: entry as
it came, decision with findings, features, measures, comings and goings, ledger events, polls,
cycles. The invariants of `goldmine doctor` hold. What isn't real: a text is the beginning of a
judged one, filled up to about 1,200 characters with sentences of the same words, and its names are
hashes of its number, so that no feed brings the same job again.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from goldmine_ingest import config
from goldmine_ingest.alerts.ledger import alert_id
from goldmine_ingest.criteria import Judge
from goldmine_ingest.identity import job_names, near_duplicates
from goldmine_ingest.model.changes import FeedChanges, ListingVersion, StoredEntry
from goldmine_ingest.model.entry import RawEntry
from goldmine_ingest.model.names import KnownAlias, TextKeys
from goldmine_ingest.model.posting import Listing, Observation
from goldmine_ingest.runtime.locks import make_folder
from goldmine_ingest.store.engine import ROW_GROUP
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.rows import key
from goldmine_ingest.store.schemas import use
from tests.histories import NOON, poll, state
from tools.bench import backtest

ROOT = Path(__file__).parents[2]
DIFFERENT = 1_000
SPAN = timedelta(days=730)
_SENTENCES = 200_000
_SLICE = 50_000
_ALL = 10**12
DESTINATION = "here"


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is: listings, ledger events (None: as many as the listings give), polls,
    and the feeds they are spread over.
    """

    listings: int
    events: int | None = None
    polls: int = 10_000
    feeds: int = 20


def project(folder: Path, size: Size) -> Path:
    """A project with the shipped criteria and such a history; gives its goldmine.toml. Its feeds
    lead nowhere.
    """
    files = folder / "config"
    files.mkdir(parents=True)
    (files / "criteria.toml").write_bytes((ROOT / "config/criteria.toml").read_bytes())
    toml = files / "goldmine.toml"
    feeds = "".join(
        f'[[feed]]\nname = "f{n}"\nurl = "https://127.0.0.1:9/{n}"\nenabled = false\n'
        for n in range(size.feeds)
    )
    toml.write_text(
        f'[database]\npath = "data/goldmine.duckdb"\n{feeds}[[notify]]\nname = "{DESTINATION}"\nurl'
        ' = "terminal"\n'
    )
    loaded = config.load(toml, env={}, cwd=folder)
    build(loaded.database.path, size, Judge(loaded.criteria), loaded.criteria.text)
    return toml


def build(path: Path, size: Size, judge: Judge, criteria_text: str, now: datetime = NOON) -> None:
    """Write the history at `path`, which must not exist; its newest listing was seen at `now`."""
    make_folder(path.parent)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        base, numbers = Path(folder) / "base.duckdb", Path(folder) / "numbers.csv"
        different = min(DIFFERENT, size.listings)
        _judged(base, judge, different, now)
        _number(numbers, size.listings, different)
        with open_store(path, now=now) as store:
            store.use_criteria(judge.settings.criteria_hash, criteria_text, now - SPAN)
        # Not through the store: this holds the history for minutes, and needs more memory than a
        # cycle may take.
        with duckdb.connect(config={"temp_directory": folder}) as con:
            con.execute("SET TimeZone = 'UTC'")
            con.execute("SET enable_progress_bar = false")
            con.execute(f"ATTACH '{path}' AS history (ROW_GROUP_SIZE {ROW_GROUP})")
            use(con, "history")
            con.execute(f"ATTACH '{base}' AS base (READ_ONLY)")
            _plan(con, numbers, size, now)
            for start in range(0, size.listings, _SLICE):
                _execute(con, "big_history_slice.sql", size, now, start=start, end=start + _SLICE)
            _execute(con, "big_history_whole.sql", size, now)
            con.execute("CHECKPOINT")


def _judged(path: Path, judge: Judge, different: int, now: datetime) -> None:
    """The listings that the history is drawn from, stored as a cycle stores them."""
    listings = [_named(backtest._listing(number), number) for number in range(different)]
    with open_store(path, now=now) as store:
        for start in range(0, different, 250):
            store.apply(_changes(judge, listings[start : start + 250], start))


def _named(listing: Listing, number: int) -> Listing:
    """With a link, a job id and a guid, so that it has as many names as a job has."""
    job = f"~01{number:016x}"
    link = f"https://www.upwork.com/jobs/{job}"
    return replace(
        listing, posting=replace(listing.posting, url=link, platform_job_id=job, guid=link)
    )


def _changes(judge: Judge, listings: Sequence[Listing], start: int) -> FeedChanges:
    versions, features, decisions, aliases, text_keys, entries, seen = [], {}, [], [], [], [], []
    for number, listing in enumerate(listings, start):
        posting, at = listing.posting, listing.first_seen_at
        found = judge.features(posting)
        features[found.text_hash] = found
        versions.append(ListingVersion(listing, at, found.text_hash))
        decisions.append(judge.decide(listing, found, now=at))
        aliases += [
            KnownAlias(n.kind, n.digest, listing.listing_id, at)
            for n in job_names.names(posting, "f0")
        ]
        text_keys.append(TextKeys(listing.listing_id, near_duplicates.text_keys(posting)))
        raw = RawEntry(
            posting.guid or "", posting.url or "", posting.title, posting.description, str(at)
        )
        entries.append(
            StoredEntry(listing.listing_id, "f0", at, f"{number:064x}", raw, "rss", "upwork")
        )
        seen.append(Observation(listing.listing_id, at, number % 50, None, None, number % 16))
    return FeedChanges(
        poll(), state(), versions=tuple(versions), aliases=tuple(aliases), text_keys=tuple(text_keys), entries=tuple(entries),
        observations=tuple(seen), features=tuple(features.values()), decisions=tuple(decisions),
        present={f"{start + i:064x}": listing.listing_id for i, listing in enumerate(listings)},
    )  # fmt: skip


def _number(file: Path, listings: int, different: int) -> None:
    """What SQL can't work out: names as the program makes them, and their keys."""
    with file.open("w", newline="") as out:
        rows = csv.writer(out)
        for number in range(listings):
            name = hashlib.sha256(b"%d" % number).hexdigest()
            listing_id, text = name[:20], name[::-1]
            alert = alert_id(listing_id, "match", DESTINATION)
            rows.writerow(
                (
                    number,
                    f"{number % different:020x}",
                    listing_id,
                    key(listing_id),
                    text,
                    key(text),
                    alert,
                    key(alert),
                )
            )


def _plan(con: duckdb.DuckDBPyConnection, numbers: Path, size: Size, now: datetime) -> None:
    con.execute(
        """CREATE TEMP TABLE plan AS
        SELECT *, $now::TIMESTAMPTZ - to_microseconds(($step * ($listings - 1 - number))::BIGINT) AS seen, 'f' || number % $feeds AS feed
        FROM read_csv($file, header = false, columns = {number: BIGINT, base_id: VARCHAR, listing_id: VARCHAR, key: UBIGINT,
            text_hash: VARCHAR, text_key: UBIGINT, alert_id: VARCHAR, alert_key: UBIGINT})""",
        {"file": str(numbers), "now": now, "listings": size.listings, "step": SPAN / size.listings // timedelta(microseconds=1),
         "feeds": size.feeds},
    )  # fmt: skip
    con.execute("CREATE TEMP TABLE pool (n BIGINT, sentence VARCHAR)")
    sentences = list(_sentences(min(_SENTENCES, 20 * size.listings)))
    con.execute("INSERT INTO pool SELECT unnest(range(len($1))), unnest($1)", [sentences])


def _sentences(count: int) -> Iterator[str]:
    """Sentences of the words of the judged listings, each as often as it stands there."""
    chance = random.Random(1)  # noqa: S311 - the same history each time
    words = [
        word
        for number in range(200)
        for word in backtest._listing(number).posting.description.split()
    ]
    for _ in range(count):
        yield " ".join(chance.choices(words, k=chance.randint(8, 18))).capitalize() + "."


def _execute(
    con: duckdb.DuckDBPyConnection, file: str, size: Size, now: datetime, **given: object
) -> None:
    """Every statement of one of the SQL files beside this one, each with the values that it asks
    for.
    """
    given |= {
        "now": now,
        "feeds": size.feeds,
        "polls": size.polls // size.feeds,
        "held": size.listings - 50 * size.feeds,  # the entries that are still in the feeds
        "events": _ALL if size.events is None else size.events,
        "wanted": size.events or 0,
    }
    for statement in (Path(__file__).parent / file).read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            con.execute(
                statement, {name: value for name, value in given.items() if f"${name}" in statement}
            )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--listings", type=int, default=100_000)
    parser.add_argument(
        "--events", type=int, help="ledger events (default: about as many as the listings give)"
    )
    parser.add_argument("--polls", type=int, default=10_000)
    parser.add_argument("--feeds", type=int, default=20)
    args = parser.parse_args()
    toml = project(args.folder.resolve(), Size(args.listings, args.events, args.polls, args.feeds))
    size = (toml.parents[1] / "data/goldmine.duckdb").stat().st_size / 2**20
    print(f"{toml}: {args.listings:,} listings, {size:,.0f} MiB")


if __name__ == "__main__":
    main()
