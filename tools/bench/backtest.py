"""`python -m tools.bench.backtest --listings 100000`: how long backtests take over a seeded history
(goals G6 and G7).

The listings are the labelled ones of tools/evaluation, drawn out to about 1,200 characters, with
pay, clients and times spread by a seed. Each figure is also given as a ratio to a fixed loop in
plain Python, measured in the same minute, so that a busy machine shows.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from goldmine_ingest import config
from goldmine_ingest.criteria import Judge
from goldmine_ingest.model.changes import FeedChanges, ListingVersion
from goldmine_ingest.model.posting import BaseAmounts, Listing, Posting
from goldmine_ingest.store.history import Store, open_store
from goldmine_ingest.store.rows import key
from tests.histories import NOON, poll, state
from tools.evaluation.__main__ import examples

ROOT = Path(__file__).parents[2]
DIFFERENT = 1_000
_COPY = """
    INSERT INTO {table} SELECT base.* REPLACE ({changes}) FROM {table} AS base, range(1, $copies) AS turn(n)
"""


def seed(folder: Path, listings: int) -> Path:
    """A project with the shipped criteria and so many listings, all judged live; gives its
    goldmine.toml.
    """
    files = folder / "config"
    files.mkdir(parents=True)
    (files / "criteria.toml").write_bytes((ROOT / "config/criteria.toml").read_bytes())
    toml = files / "goldmine.toml"
    feed = '[[feed]]\nname = "f"\nurl = "https://example.com/feed"\n'
    toml.write_text(
        f'[database]\npath = "data/h.duckdb"\n{feed}[[notify]]\nname = "here"\nurl = "terminal"\n'
    )
    project = config.load(toml, env={}, cwd=folder)
    judge = Judge(project.criteria)
    base = [_listing(number) for number in range(min(DIFFERENT, listings))]
    with open_store(project.database.path, now=NOON) as store:
        for start in range(0, len(base), 250):
            store.apply(_changes(judge, base[start : start + 250]))
        if listings > len(base):
            _copy(store, listings // len(base))
        store.checkpoint()
    return toml


_known = cache(examples)


def _listing(number: int) -> Listing:
    chance = random.Random(number)  # noqa: S311 - the same listings each time
    known = _known()
    posting = known[number % len(known)].listing.posting
    text = posting.description
    while len(text) < 1100:
        text += " " + chance.choice(known).listing.posting.description
    amount = Decimal(
        chance.choice(
            [15, 25, 35, 45, 60, 90] if posting.pay == "hourly" else [50, 150, 400, 600, 1500, 4000]
        )
        + chance.randrange(20)
    )
    posting = Posting(
        **{
            **{name: getattr(posting, name) for name in Posting.__dataclass_fields__},
            "description": text[:1200],
            "budget_min": None if chance.random() < 0.1 else amount,
            "budget_max": amount * 2 if chance.random() < 0.5 else amount,
            "pay": None if chance.random() < 0.05 else posting.pay,
            "truncated": chance.random() < 0.1,
            "language": chance.choice([None, "en", "en", "de", "fr"]),
            "duration": chance.choice([None, "1 to 3 months"]),
            "hours_per_week": chance.choice([None, Decimal(10), Decimal("32.5")]),
            "connects": chance.choice([None, 6, 16]),
            "country": chance.choice([None, "DE", "US"]),
            "client_payment_verified": chance.choice([True, True, False, None]),
            "client_rating": chance.choice([None, Decimal("4.1"), Decimal("4.6"), Decimal("4.9")]),
            "client_hire_rate": chance.choice([None, Decimal("0.3"), Decimal("0.6")]),
            "proposals_min": chance.choice([None, 5, 20, 50]),
        }
    )
    seen = NOON - timedelta(minutes=chance.randrange(40_000))
    return Listing(
        f"{number:020x}", posting, seen, BaseAmounts(posting.budget_min, posting.budget_max)
    )


def _changes(judge: Judge, listings: Sequence[Listing]) -> FeedChanges:
    versions, features, decisions = [], {}, []
    for listing in listings:
        found = judge.features(listing.posting)
        features[found.text_hash] = found
        versions.append(ListingVersion(listing, listing.first_seen_at, found.text_hash))
        decisions.append(replace(judge.decide(listing, found, now=listing.first_seen_at)))
    return FeedChanges(
        poll(), state(), versions=tuple(versions), features=tuple(features.values()), decisions=tuple(decisions),
        present={f"entry {listing.listing_id}": listing.listing_id for listing in listings},
    )  # fmt: skip


def _copy(store: Store, copies: int) -> None:
    """Each listing so many times, with another id, hash of the text, pay and rating."""
    con, parameters = store.con, {"copies": copies}
    name, text = (
        "format('{:05x}', n) || " + column for column in ("listing_id[6:]", "text_hash[6:]")
    )
    con.execute(
        _COPY.format(
            table="listing",
            changes=(
                f"{name} AS listing_id, {text} AS text_hash, budget_max_base + n % 89 AS"
                " budget_max_base"
            ),
        ),
        parameters,
    )
    con.execute(
        _COPY.format(table="measure", changes=f"{name} AS listing_id, high + n % 89 AS high"),
        parameters,
    )
    con.execute("UPDATE counter SET listings = (SELECT count(*) FROM listing)")
    hashes = [row[0] for row in con.execute("SELECT text_hash FROM text_features").fetchall()]
    for start in range(1, copies, 100):
        names = [
            (one, f"{n:05x}{one[5:]}")
            for n in range(start, min(start + 100, copies))
            for one in hashes
        ]
        con.execute(
            """INSERT INTO text_features
            SELECT copied.key, copied.name, payload
            FROM (SELECT unnest($keys::UBIGINT[]) AS key, unnest($names) AS name, unnest($originals) AS original) AS copied
            JOIN text_features ON text_hash = original""",
            {
                "keys": [key(new) for _, new in names],
                "names": [new for _, new in names],
                "originals": [old for old, _ in names],
            },
        )


def loop() -> float:
    """Seconds of CPU for a fixed piece of plain Python."""
    before, total = time.process_time(), 0
    for number in range(5_000_000):
        total += number & 3
    return time.process_time() - before


def timed(name: str, command: Sequence[str]) -> None:
    """Runs a command and says what it took; the memory is that of the largest of its processes."""
    unit, before = loop(), time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as running:  # noqa: S603 - our own command
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise SystemExit(f"{name}: exit status {running.returncode}")
    wall, cpu = time.perf_counter() - before, used.ru_utime + used.ru_stime
    print(
        f"{name:30}{wall:8.2f} s wall{cpu:9.2f} s CPU{cpu / unit:9.1f} × the"
        f" loop{used.ru_maxrss / 1024:9.0f} MiB",
        flush=True,
    )


def judge_speed() -> None:
    """Features and decisions, one process, per listing."""
    listings = [_listing(number) for number in range(300)]
    judge = Judge(config.load_criteria(ROOT / "config/criteria.toml"))
    judge.features(listings[0].posting)  # loads the word lists
    unit = loop()
    before = time.process_time()
    features = [judge.features(listing.posting) for listing in listings]
    middle = time.process_time()
    for listing, found in zip(listings, features, strict=True):
        judge.decide(listing, found, now=NOON)
    after = time.process_time()
    for name, spent in (("features", middle - before), ("decide", after - middle)):
        print(
            f"{name:34}{spent / len(listings) * 1e6:8.0f} µs a"
            f" listing{spent / len(listings) / unit * 1000:9.2f} ‰ of the loop"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listings", type=int, default=100_000)
    parser.add_argument("--thresholds-only", action="store_true")
    args = parser.parse_args()
    judge_speed()
    with tempfile.TemporaryDirectory() as folder:
        # In a process of its own: a child begins with the memory of its parent.
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            toml = pool.apply(seed, (Path(folder), args.listings))
        size = (Path(folder) / "data/h.duckdb").stat().st_size / 2**20
        print(f"{args.listings:,} listings, {size:,.0f} MiB")
        command = [
            sys.executable,
            "-m",
            "goldmine_ingest",
            "--config",
            str(toml),
            "backtest",
            "--json",
            "--since",
            "5200w",
        ]
        timed("thresholds (G7)", [*command, "--set", "budget.hourly_minimum=35"])
        timed(
            "thresholds with a score (G7)",
            [*command, "--set", "decision.minimum_score=55", "--set", "proof_match.minimum=0.5"],
        )
        if not args.thresholds_only:
            timed(
                "phrases (G6)",
                [
                    *command,
                    "--set",
                    'proof.Finance reconciliation.phrases=["reconciliation", "ledger", "payouts"]',
                ],
            )


if __name__ == "__main__":
    main()
