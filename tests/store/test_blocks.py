"""Whether a copy is whole, by the checksums of its blocks: against DuckDB's own files."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.errors import StoreError
from goldmine_ingest.store import blocks
from goldmine_ingest.store.whole import expect_readable, outline, read_through

FLIPS = 150


@pytest.fixture(scope="module", params=[16_384, 262_144])
def copy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with an index, long texts and free blocks, in blocks of the smallest and of the
    usual size.
    """
    path = tmp_path_factory.mktemp("copy") / "copy.duckdb"
    with duckdb.connect(str(path), config={"default_block_size": request.param}) as con:
        con.execute("CREATE TABLE counter (listings BIGINT, decisions BIGINT, events BIGINT)")
        con.execute("CREATE TABLE listing (id VARCHAR PRIMARY KEY, text VARCHAR)")
        con.execute("CREATE TABLE decision (id BIGINT)")
        con.execute("CREATE TABLE alert_event (id BIGINT)")
        con.execute(
            "CREATE TABLE gone AS SELECT hash(n) AS a, md5(n::VARCHAR) AS b FROM range(9000) t(n)"
        )
        con.execute(
            "INSERT INTO listing SELECT md5(n::VARCHAR), repeat(md5(n::VARCHAR), 400) FROM"
            " range(900) t(n)"
        )
        con.execute("INSERT INTO counter VALUES (900, 0, 0)")
        con.execute("CHECKPOINT")
        con.execute("DROP TABLE gone")
        con.execute("CHECKPOINT")
    return path


def _rows(path: Path) -> dict[str, int]:
    with duckdb.connect(str(path), read_only=True) as con:
        return outline(con)


def test_every_flipped_bit_of_what_is_in_use_is_found(copy: Path, tmp_path: Path) -> None:
    """Headers, what describes the tables, data and index; in free blocks it is no damage: all of
    the tables can be read.
    """
    data, chance = copy.read_bytes(), random.Random(7)  # noqa: S311 - repeatable chance
    assert blocks.look(copy) == blocks.Look(0, blocks.look(copy).free)
    assert blocks.look(copy).free > 0
    flipped = tmp_path / "flipped.duckdb"
    flipped.write_bytes(data)
    harmless = 0
    with flipped.open("r+b", buffering=0) as file:
        for number in range(FLIPS):
            place = chance.randrange(3 * blocks.HEADER if number % 5 == 0 else len(data))
            file.seek(place)
            file.write(bytes([data[place] ^ 1 << chance.randrange(8)]))
            seen = blocks.look(flipped)
            if not (seen.damaged or seen.outline):
                harmless += 1
                with duckdb.connect(str(flipped), read_only=True) as con:
                    assert read_through(con)["listing"] == 900, place
            file.seek(place)
            file.write(data[place : place + 1])
    assert harmless < FLIPS


@pytest.mark.parametrize("how", ["flip", "hole", "cut", "older"])
def test_a_copy_that_is_not_whole_is_refused(copy: Path, tmp_path: Path, how: str) -> None:
    rows, data = _rows(copy), bytearray(copy.read_bytes())
    with duckdb.connect(str(copy), read_only=True) as con:
        found = con.execute(
            "SELECT max(block_id) FROM pragma_storage_info('listing') WHERE persistent"
        ).fetchall()
        size = con.execute("SELECT block_size FROM pragma_database_size()").fetchall()[0][0]
    start = 3 * blocks.HEADER + found[0][0] * size
    if how == "flip":
        data[start + size // 2] ^= 4
    elif how == "hole":
        data[start : start + size] = bytes(size)
    elif how == "cut":
        del data[start + size // 2 :]
    else:
        rows = {**rows, "listing": 901, "pursuit": 4}
    made = tmp_path / "made.duckdb"
    made.write_bytes(data)
    expect_readable(copy, _rows(copy))
    said = "no backup: .*(damaged|opened|listing)" if how == "cut" else "listing"
    with pytest.raises(StoreError, match=said):
        expect_readable(made, rows)


@given(st.binary(min_size=16, max_size=700))
def test_the_library_and_we_sum_up_alike(data: bytes) -> None:
    block = bytearray(data[: len(data) // 8 * 8])
    assert blocks.checksum()(block) == blocks.plain_sum(block)


def test_the_library_shows_its_function() -> None:
    """Else a backup takes twenty times as long to look through."""
    assert blocks.checksum() is not blocks.plain_sum
