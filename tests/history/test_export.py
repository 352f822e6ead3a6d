"""The history as Parquet and back: the same rows, checked files, and nothing of a person's overwritten."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from goldmine_ingest.errors import GoldmineError, StoreError, UsageError
from goldmine_ingest.history.export import export, take_in
from goldmine_ingest.store import open_store
from tests.history.market import EARLIER, NOW, RECENT, make

# What tells of the file itself: its version's time stamp, and that a baseline comes next.
OF_THE_FILE = {"schema_version", "meta", "counter", "feed_state"}


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("market") / "goldmine.duckdb"
    make(path)
    return path


@pytest.fixture
def exported(market: Path, tmp_path: Path) -> Path:
    export(market, tmp_path / "out", NOW)
    return tmp_path / "out"


def contents(path: Path) -> dict[str, list[Any]]:
    """Every row of every table and view, as text, in order."""
    with duckdb.connect(str(path), read_only=True) as con:
        con.execute("SET TimeZone = 'UTC'")
        names = [name for (name,) in con.execute("SELECT table_name FROM information_schema.tables ORDER BY ALL").fetchall()]
        return {name: sorted(map(str, con.execute(f"FROM {name}").fetchall())) for name in names}


def test_a_round_trip_brings_every_table_and_view_back(market: Path, exported: Path, tmp_path: Path) -> None:
    path = tmp_path / "new" / "goldmine.duckdb"
    take_in(path, exported, NOW)
    before, after = contents(market), contents(path)
    assert before.keys() == after.keys()
    assert len(before["listing"]) == 11
    differing = {name for name in before if before[name] != after[name]}
    assert differing <= OF_THE_FILE
    with open_store(path, now=NOW) as store:
        assert (store.warnings, store.get_meta("baseline")) == ((), "imported from an export")
        assert {s.next_poll_at for s in store.feed_states().values()} == {None}
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_manifest_tells_what_is_there(exported: Path) -> None:
    manifest = json.loads((exported / "manifest.json").read_text())
    files = {entry["file"]: entry for entry in manifest.pop("files")}
    assert {key: manifest[key] for key in ("schema", "schema_version", "from", "to", "exported_at")} == {
        "schema": 1,
        "schema_version": 1,
        "from": f"{EARLIER:%Y-%m-%dT%H:%M:%SZ}",
        "to": f"{RECENT:%Y-%m-%dT%H:%M:%SZ}",
        "exported_at": f"{NOW:%Y-%m-%dT%H:%M:%SZ}",
    }
    assert files["views/listings.parquet"]["rows"] == files["tables/listing.parquet"]["rows"] == 11
    assert {str(file.relative_to(exported)) for file in exported.rglob("*.parquet")} == set(files)
    assert duckdb.read_parquet(str(exported / "views/listings.parquet")).aggregate("count(*)").fetchall() == [(11,)]


def test_an_export_is_the_owners_only_and_leaves_nothing_beside(exported: Path) -> None:
    assert {file.stat().st_mode & 0o777 for file in exported.rglob("*") if file.is_file()} == {0o600}
    assert {folder.stat().st_mode & 0o777 for folder in (exported, exported / "tables", exported / "views")} == {0o700}
    assert [file.name for file in exported.parent.iterdir()] == ["out"]


def test_an_earlier_export_is_replaced_and_nothing_else(market: Path, exported: Path, tmp_path: Path) -> None:
    export(market, exported, NOW)
    assert [file.name for file in tmp_path.iterdir()] == ["out"]
    (exported / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="something else"):
        export(market, exported, NOW)
    assert (exported / "notes.txt").read_text() == "mine"


def test_an_import_goes_into_an_empty_history_only(market: Path, exported: Path, tmp_path: Path) -> None:
    before = market.read_bytes()
    with pytest.raises(UsageError, match="11 listings"):
        take_in(market, exported, NOW)
    assert market.read_bytes() == before
    path = tmp_path / "goldmine.duckdb"
    with open_store(path, now=NOW):
        pass
    take_in(path, exported, NOW)
    assert len(contents(path)["listing"]) == 11


def _flip(folder: Path) -> None:
    file = folder / "tables/decision.parquet"
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
        (lambda folder: (folder / "tables/alias.parquet").unlink(), StoreError, "isn't there"),
        (lambda folder: (folder / "manifest.json").unlink(), UsageError, "no manifest.json"),
        (lambda folder: (folder / "manifest.json").write_text("[1"), UsageError, "can't be read"),
        (lambda folder: (folder / "manifest.json").write_text("[]"), UsageError, "can't be read"),
        (_edit(lambda manifest: manifest.update(schema_version=99)), UsageError, "schema version 99"),
        (_edit(lambda manifest: manifest["files"].clear()), UsageError, "lacks tables"),
        (_edit(lambda manifest: [entry.update(rows=7) for entry in manifest["files"]]), StoreError, "the manifest says 7"),
        (_edit(lambda manifest: manifest["files"][0].update(name="../../x")), StoreError, "isn't there"),
    ],
)
def test_an_export_that_is_not_whole_is_refused_and_nothing_is_made(
    exported: Path, tmp_path: Path, spoil: Callable[[Path], None], kind: type[GoldmineError], said: str
) -> None:
    spoil(exported)
    path = tmp_path / "new" / "goldmine.duckdb"
    with pytest.raises(kind, match=said):
        take_in(path, exported, NOW)
    assert not path.exists()
    assert not list(tmp_path.glob("new/.*"))
