"""A checkpoint that was killed while it wrote over blocks of the last one: nothing is lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from goldmine_ingest.errors import StoreError
from goldmine_ingest.store import blocks, connection
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.metadata_guard import guard_of
from tests.histories import NOON, brought
from tests.rig.fault_table import fault

PAGE = 4096


def _listings(path: Path) -> int:
    with open_store(path, now=NOON) as store:
        assert store.warnings == ()
        return len(store.listing_ids())


@pytest.fixture
def halves(tmp_path: Path) -> tuple[Path, Path]:
    """A history of one listing with the log of a second one, as it is before the checkpoint; and
    the same after it.
    """
    path = tmp_path / "data" / "goldmine.duckdb"
    before = tmp_path / "before" / path.name
    before.parent.mkdir()
    with open_store(path, now=NOON) as store:
        store.apply(brought(1))
    with open_store(path, now=NOON) as store:
        store.apply(brought(2))
        for file in path.parent.iterdir():
            shutil.copy(file, before.parent / file.name)
    return before, path


def _torn(before: Path, after: Path, pages: int) -> list[int]:
    """Writes so many pages of each shared block as they are after the checkpoint; gives the blocks
    that differ.
    """
    new, old = after.read_bytes(), bytearray(before.read_bytes())
    with before.open("rb", buffering=0) as file:
        outline = blocks.read_outline(file)
    torn = []
    for number in outline.shared:
        at = 3 * blocks.HEADER + number * outline.header.length
        end = at + pages * PAGE
        if old[at:end] != new[at:end]:
            old[at:end] = new[at:end]
            torn.append(number)
    before.write_bytes(old)
    return torn


@pytest.mark.parametrize("pages", [1, 3, 20])
@fault("S18", "a kill while a checkpoint writes over a block of the last one", "0 lost")
def test_what_a_killed_checkpoint_was_writing_over_is_mended(
    halves: tuple[Path, Path], pages: int
) -> None:
    before, after = halves
    assert _torn(before, after, pages)
    with pytest.raises(duckdb.Error, match="checksum"), duckdb.connect(str(before)):
        pass
    connection._engine.cache_clear()
    assert _listings(before) == 2
    assert blocks.look(before).damaged == 0
    assert guard_of(before).stat().st_mode & 0o777 == 0o600


def test_damage_after_a_checkpoint_is_not_covered_by_what_was_before_it(
    halves: tuple[Path, Path],
) -> None:
    """The copy is of an older state: writing it back would lose what came since, silently."""
    _, path = halves
    with path.open("rb", buffering=0) as file:
        outline = blocks.read_outline(file)
    data = bytearray(path.read_bytes())
    data[3 * blocks.HEADER + outline.shared[0] * outline.header.length + 100] ^= 1
    path.write_bytes(data)
    with pytest.raises(StoreError, match="damaged"), open_store(path, now=NOON):
        pass
    assert path.read_bytes() == data


def test_a_copy_that_cannot_be_made_keeps_nobody_from_reading(halves: tuple[Path, Path]) -> None:
    _, path = halves
    guard_of(path).unlink()
    guard_of(path).mkdir()
    assert _listings(path) == 2
