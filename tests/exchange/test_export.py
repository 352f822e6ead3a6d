"""The history as Parquet and back: the same rows, checked files, only what changed is written,
and nothing of a person's overwritten.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from goldmine_ingest import __version__
from goldmine_ingest.errors import BusyError, GoldmineError, StoreError, UsageError
from goldmine_ingest.exchange.export import export
from goldmine_ingest.exchange.import_history import take_in
from goldmine_ingest.exchange.manifest import row_counts
from goldmine_ingest.model.absence import Origin
from goldmine_ingest.runtime.locks import export_lock
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.migrations import bring_to, migrations
from goldmine_ingest.store.schemas import use
from tests.histories import brought, decision, inside
from tests.reports.market import EARLIER, NOW, RECENT, make

# What tells of the file itself: its version's time stamp, and that a baseline comes next.
OF_THE_FILE = {"schema_version", "meta", "counter", "feed_state", "baseline"}
LONG_AGO = NOW - timedelta(days=400)


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("market") / "goldmine.duckdb"
    make(path)
    return path


@pytest.fixture(scope="module")
def untouched(market: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("export") / "out"
    export(market, out, NOW)
    return out


@pytest.fixture
def exported(untouched: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(untouched, tmp_path / "out"))


@pytest.fixture
def growing(market: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(market, tmp_path / "growing.duckdb"))


def grow(path: Path, number: int = 100) -> None:
    """A job of long ago becomes known, and one of the market is decided again."""
    with open_store(path, now=NOW) as store:
        store.apply(brought(number, feed="d", at_time=LONG_AGO, decisions=()))
        store.decide_again([decision(1, "rejected", criteria="c2")], [], [])


def contents(path: Path) -> dict[str, list[Any]]:
    """Every row of every table and view, as text, in order."""
    with inside(path, read_only=True) as con:
        con.execute("SET TimeZone = 'UTC'")
        names = [
            name
            for (name,) in con.execute(
                "SELECT table_name FROM information_schema.tables ORDER BY ALL"
            ).fetchall()
        ]
        return {name: sorted(map(str, con.execute(f"FROM {name}").fetchall())) for name in names}


def files(folder: Path) -> dict[str, tuple[int, bytes]]:
    """When each Parquet file was written, and its content."""
    return {
        str(f.relative_to(folder)): (f.stat().st_mtime_ns, f.read_bytes())
        for f in folder.rglob("*.parquet")
    }


def named(folder: Path) -> dict[str, dict[str, Any]]:
    return {
        entry["file"]: entry
        for entry in json.loads((folder / "manifest.json").read_text())["files"]
    }


def test_a_round_trip_brings_every_table_and_view_back(
    market: Path, untouched: Path, tmp_path: Path
) -> None:
    path = tmp_path / "new" / "goldmine.duckdb"
    take_in(path, untouched, NOW)
    before, after = contents(market), contents(path)
    assert before.keys() == after.keys()
    assert len(before["listing"]) == 11
    differing = {name for name in before if before[name] != after[name]}
    assert differing <= OF_THE_FILE
    with open_store(path, now=NOW) as store:
        assert (store.warnings, store.baselines()) == ((), {"": Origin.IMPORTED})
        assert {s.next_poll_at for s in store.feed_states().values()} == {None}
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_manifest_tells_what_is_there(untouched: Path) -> None:
    manifest = json.loads((untouched / "manifest.json").read_text())
    assert {
        key: manifest[key] for key in ("schema", "schema_version", "from", "to", "exported_at")
    } == {
        "schema": 1,
        "schema_version": len(migrations()),
        "from": f"{EARLIER:%Y-%m-%dT%H:%M:%SZ}",
        "to": f"{RECENT:%Y-%m-%dT%H:%M:%SZ}",
        "exported_at": f"{NOW:%Y-%m-%dT%H:%M:%SZ}",
    }
    assert manifest["marks"].keys() == {"commits", "listings", "decisions", "events"}
    assert (
        manifest["marks"]["listings"],
        row_counts(manifest)["listings"],
        row_counts(manifest)["listing"],
    ) == (11, 11, 11)
    for file, (_, content) in files(untouched).items():
        entry = named(untouched)[file]
        assert (entry["bytes"], entry["sha256"]) == (
            len(content),
            hashlib.sha256(content).hexdigest(),
        )
    assert files(untouched).keys() == named(untouched).keys()


def test_an_export_is_the_owners_only_and_leaves_nothing_beside(
    market: Path, tmp_path: Path
) -> None:
    export(market, tmp_path / "out", NOW)
    assert {
        file.stat().st_mode & 0o777 for file in (tmp_path / "out").rglob("*") if file.is_file()
    } == {0o600}
    assert {
        folder.stat().st_mode & 0o777 for folder in (tmp_path / "out").rglob("*") if folder.is_dir()
    } == {0o700}
    assert [file.name for file in tmp_path.iterdir()] == ["out"]


def test_months_lie_in_hive_folders_that_any_engine_finds_by_itself(untouched: Path) -> None:
    views = untouched / "views/listings"
    found = duckdb.read_parquet(f"{views}/**/*.parquet", hive_partitioning=True).aggregate(
        "month, count(*)"
    )
    expected = {f"{moment:%Y-%m}": 0 for moment in (EARLIER, RECENT)}
    for number in range(1, 12):
        expected[f"{EARLIER if number in (6, 7, 9) else RECENT:%Y-%m}"] += 1
    assert dict(found.fetchall()) == expected


def test_nothing_new_writes_no_file_anew(market: Path, exported: Path) -> None:
    before = files(exported)
    manifest = export(market, exported, NOW + timedelta(hours=1))
    assert (manifest["written"], files(exported)) == (0, before)
    assert (
        json.loads((exported / "manifest.json").read_text())["exported_at"]
        == f"{NOW + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    )


def test_only_the_months_that_changed_are_written_anew(
    growing: Path, exported: Path, tmp_path: Path
) -> None:
    before = files(exported)
    grow(growing)
    manifest = export(growing, exported, NOW)
    after = files(exported)
    assert after.keys() == named(exported).keys()
    new = {
        named(exported)[file]["name"] + " " + str(named(exported)[file]["month"])
        for file in after.keys() - before.keys()
    }
    assert {
        f"listing {LONG_AGO:%Y-%m}",
        f"listings {LONG_AGO:%Y-%m}",
        f"decisions {NOW:%Y-%m}",
    } <= new
    assert not {f"listing {RECENT:%Y-%m}", f"raw_entries {RECENT:%Y-%m}"} & new
    assert manifest["written"] == len(new)
    assert all(after[file] == before[file] for file in after.keys() & before.keys())
    assert not [folder for folder in exported.rglob("month=*") if not any(folder.iterdir())]
    take_in(tmp_path / "new/goldmine.duckdb", exported, NOW)
    growing_now, taken_in = contents(growing), contents(tmp_path / "new/goldmine.duckdb")
    assert {name for name in growing_now if growing_now[name] != taken_in[name]} <= OF_THE_FILE


def test_a_reader_that_goes_by_the_manifest_always_finds_a_whole_set(
    growing: Path, exported: Path
) -> None:
    """Its files may go when a newer manifest stands: then it reads that one. It never finds
    other content, or half of a file.
    """
    done, looked, wrong = threading.Event(), [0], list[str]()

    def read() -> None:
        while not done.is_set():
            text = (exported / "manifest.json").read_text()
            for entry in json.loads(text)["files"]:
                try:
                    content = (exported / entry["file"]).read_bytes()
                except FileNotFoundError:
                    if (exported / "manifest.json").read_text() == text:
                        wrong.append(entry["file"])
                    break
                if hashlib.sha256(content).hexdigest() != entry["sha256"]:
                    wrong.append(entry["file"])
            looked[0] += 1
            done.wait(0.01)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in range(2):
            grow(growing, 100 + number)
            assert export(growing, exported, NOW)["written"] > 0
    finally:
        done.set()
        reader.join()
    assert wrong == []
    assert looked[0] > 1


def test_an_export_that_fails_leaves_the_earlier_one_and_the_next_one_clears_up(
    growing: Path, exported: Path
) -> None:
    before = files(exported)
    grow(growing)
    (exported / ".part-killed/tables").mkdir(parents=True)
    (exported / ".manifest.json.part").mkdir()
    with pytest.raises(StoreError, match="Is a directory"):
        export(growing, exported, NOW)
    assert named(exported).keys() == before.keys()
    assert before.items() <= files(exported).items()
    (exported / ".manifest.json.part").rmdir()
    export(growing, exported, NOW)
    assert files(exported).keys() == named(exported).keys()
    assert sorted(entry.name for entry in exported.iterdir()) == [
        ".lock",
        "manifest.json",
        "tables",
        "views",
    ]


def test_two_exports_into_one_folder_wait_for_each_other(market: Path, exported: Path) -> None:
    with export_lock(exported), pytest.raises(BusyError, match="another export"):
        export(market, exported, NOW)


def test_an_export_goes_into_nothing_but_an_export(
    market: Path, exported: Path, tmp_path: Path
) -> None:
    (exported / "tables/listing/notes.txt").write_text("mine")
    export(market, exported, NOW)
    (exported / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="something else"):
        export(market, exported, NOW)
    assert (
        (exported / "notes.txt").read_text()
        == (exported / "tables/listing/notes.txt").read_text()
        == "mine"
    )
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UsageError, match="something else"):
        export(market, tmp_path / "file", NOW)


def decided(path: Path) -> list[tuple[object, ...]]:
    """Each decision but for what later versions keep of it."""
    with inside(path, read_only=True) as con:
        query = "SELECT * EXCLUDE (ask, proof_exposure, signals) FROM decision ORDER BY seq"
        return con.execute(query).fetchall()


def as_before(market: Path, folder: Path) -> None:
    """An export as the first version wrote it: its schema, and one file for each table and view."""
    entries = []
    with duckdb.connect() as con:
        bring_to(con, 1, NOW)
        first = [
            (name, con.table(name).columns)
            for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        ]
        con.execute(f"ATTACH '{market}' AS market (READ_ONLY)")
        use(con, "market")
        known = [("table", *each) for each in first]
        for kind, name, columns in [
            *known,
            ("view", "listings", ["*"]),
            ("view", "decisions", ["*"]),
            ("view", "alerts", ["*"]),
        ]:
            file = folder / f"{kind}s/{name}.parquet"
            file.parent.mkdir(parents=True, exist_ok=True)
            # What was measured then had other columns; there is none of it here.
            table = con.table("memory.internal.measure" if name == "measure" else name)
            table.project(", ".join(columns)).write_parquet(str(file))
            rows = table.count("*").fetchall()[0][0]
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            entries.append(
                {
                    "file": f"{kind}s/{name}.parquet",
                    "kind": kind,
                    "name": name,
                    "rows": rows,
                    "sha256": digest,
                }
            )
    manifest = {
        "schema": 1,
        "program": f"goldmine-ingest {__version__}",
        "schema_version": 1,
        "exported_at": None,
        "files": entries,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_an_export_in_the_first_layout_and_schema_is_imported_and_brought_up_to_date(
    market: Path, tmp_path: Path
) -> None:
    as_before(market, tmp_path / "out")
    path = tmp_path / "new/goldmine.duckdb"
    take_in(path, tmp_path / "out", NOW)
    before, after = contents(market), contents(path)
    differ = {name for name in before if before[name] != after[name]}
    # The first version kept neither what the listing asks and shows, nor the client's id.
    assert differ <= OF_THE_FILE | {
        "measure",
        "decision",
        "decision_newest",
        "decisions",
        "signals",
        "work_available",
        *("listing", "listing_newest", "clients", "client_listings"),
    }
    assert decided(market) == decided(path)
    export(market, tmp_path / "out", NOW)
    assert files(tmp_path / "out").keys() == named(tmp_path / "out").keys()
    assert not list((tmp_path / "out/tables").glob("*.parquet"))


def test_an_import_goes_into_an_empty_history_only(
    market: Path, untouched: Path, tmp_path: Path
) -> None:
    before = market.read_bytes()
    with pytest.raises(UsageError, match="11 listings"):
        take_in(market, untouched, NOW)
    assert market.read_bytes() == before
    path = tmp_path / "goldmine.duckdb"
    with open_store(path, now=NOW):
        pass
    take_in(path, untouched, NOW)
    assert len(contents(path)["listing"]) == 11


# What Spark, Trino and DuckDB's lakes read without a setting: no unsigned numbers, no UUID, no
# INTERVAL, no JSON of its own.
PLAIN = {None, "UTF8", "INT_32", "INT_64", "DECIMAL", "DATE", "TIMESTAMP_MICROS", "LIST"}


def test_files_hold_plain_types_and_all_files_of_a_table_the_same_columns(untouched: Path) -> None:
    """Also where a month has nothing but NULL in a column. Times are adjusted to UTC."""
    shapes: dict[tuple[str, str], set[str]] = {}
    for file, entry in named(untouched).items():
        query = (
            "SELECT name, type, type_length, converted_type, logical_type, scale, precision FROM"
            " parquet_schema(?) OFFSET 1"
        )
        columns = duckdb.execute(query, [str(untouched / file)]).fetchall()
        shapes.setdefault((entry["kind"], entry["name"]), set()).add(str(columns))
        for name, physical, _, converted, logical, *_ in columns:
            assert converted in PLAIN, (file, name, converted)
            assert physical != "INT96"
            assert converted != "TIMESTAMP_MICROS" or "isAdjustedToUTC=1" in logical
    assert all(len(each) == 1 for each in shapes.values())
    assert len(shapes[("view", "listings")]) == 1


def test_another_engine_reads_the_same(market: Path, untouched: Path) -> None:
    """pyarrow, the reference of the format: the same counts, sums and times as the history's own
    views and tables.
    """
    datasets = pytest.importorskip("pyarrow.dataset", reason="pyarrow isn't installed")
    with inside(market, read_only=True) as con:
        con.execute("SET TimeZone = 'UTC'")
        for kind, name in sorted(
            {(entry["kind"], entry["name"]) for entry in named(untouched).values()}
        ):
            read = datasets.dataset(
                untouched / f"{kind}s/{name}", format="parquet", partitioning="hive"
            ).to_table()
            own = con.execute(f"FROM {name}")
            names = [column[0] for column in own.description]
            assert [column for column in read.column_names if column != "month"] == names
            cells = zip(*own.fetchall(), strict=True) if read.num_rows else [()] * len(names)
            for column, expected in zip(names, cells, strict=True):
                assert summed(read[column].to_pylist()) == summed(expected), f"{name}.{column}"


def summed(column: Iterable[Any]) -> tuple[int, object]:
    """How many values a column has, and their sum or, of what can't be added, the values in
    order.
    """
    values = [value for value in column if value is not None]
    if values and all(isinstance(value, int | float | Decimal) for value in values):
        return len(values), sum(values)
    return len(values), sorted(map(str, values))


def a_file(folder: Path, name: str) -> Path:
    return next(folder / file for file, entry in named(folder).items() if entry["name"] == name)


def _flip(folder: Path) -> None:
    file = a_file(folder, "decision")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def _edit(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        manifest = json.loads((folder / "manifest.json").read_text())
        change(manifest)
        (folder / "manifest.json").write_text(json.dumps(manifest))

    return edit


@pytest.mark.parametrize(
    ("spoil", "kind", "said"),
    [
        (_flip, StoreError, "SHA-256"),
        (lambda folder: a_file(folder, "alias").unlink(), StoreError, "isn't there"),
        (lambda folder: (folder / "manifest.json").unlink(), UsageError, "no manifest.json"),
        (lambda folder: (folder / "manifest.json").write_text("[1"), UsageError, "can't be read"),
        (lambda folder: (folder / "manifest.json").write_text("[]"), UsageError, "can't be read"),
        (
            _edit(lambda manifest: manifest.update(schema_version=99)),
            UsageError,
            "schema version 99",
        ),
        (_edit(lambda manifest: manifest["files"].clear()), UsageError, "lacks tables"),
        (
            _edit(lambda manifest: [entry.update(rows=7) for entry in manifest["files"]]),
            StoreError,
            "the manifest says",
        ),
        (
            _edit(lambda manifest: manifest["files"][0].update(file="../x.parquet")),
            UsageError,
            "not one of this program's",
        ),
        (
            _edit(lambda manifest: manifest["files"][0].update(file="/etc/x.parquet")),
            UsageError,
            "not one of this program's",
        ),
    ],
)
def test_an_export_that_is_not_whole_is_refused_and_nothing_is_made(
    exported: Path,
    tmp_path: Path,
    spoil: Callable[[Path], None],
    kind: type[GoldmineError],
    said: str,
) -> None:
    spoil(exported)
    path = tmp_path / "new" / "goldmine.duckdb"
    with pytest.raises(kind, match=said):
        take_in(path, exported, NOW)
    assert not path.exists()
    assert not list(tmp_path.glob("new/.*"))
