"""A checkpoint that was killed while it wrote over blocks of the last one: nothing is lost."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import duckdb
import pytest

from goldmine_ingest.errors import StoreError
from goldmine_ingest.store import blocks, connection, metadata_guard
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


def _held(path: Path) -> dict[int, bytes]:
    """The whole blocks in the copy, by their numbers."""
    kept = guard_of(path).read_bytes()
    with path.open("rb", buffering=0) as file:
        length = blocks.read_header(file).length
    slots = [kept[at : at + 8 + length] for at in range(blocks.HEADER, len(kept), 8 + length)]
    whole = [slot for slot in slots if blocks.is_whole(bytearray(slot[8:]), blocks.checksum())]
    numbered = {int.from_bytes(slot[:8], "little"): slot[8:] for slot in whole}
    assert len(numbered) == len(whole)
    return numbered


def _shared(path: Path) -> dict[int, bytes]:
    with path.open("rb", buffering=0) as file:
        outline = blocks.read_outline(file)
        return {n: bytes(blocks.read_block(file, n, 1 << 18)) for n in outline.shared}


def test_the_copy_follows_every_checkpoint(tmp_path: Path) -> None:
    """With enough descriptions of tables for several blocks."""
    path, counts = tmp_path / "goldmine.duckdb", set()
    columns = ", ".join(f"range AS a{number}" for number in range(60))
    for number in range(12):
        with open_store(path, now=NOON) as store:
            store.con.execute(f"CREATE TABLE wide{number} AS SELECT {columns} FROM range(30000)")  # noqa: S608 - ours
        metadata_guard.keep(path)
        assert _held(path) == _shared(path)
        counts.add(len(_shared(path)))
    assert len(counts) > 2


def test_only_what_changed_is_copied_and_what_is_not_shared_any_more_mends_nothing(
    halves: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, path = halves
    metadata_guard.keep(path)
    with path.open("rb", buffering=0) as file:
        real = blocks.read_outline(file)
    copied: list[int] = []

    def read_block(file: BinaryIO, number: int, length: int, first: int | None = None) -> bytearray:
        copied.extend([number] if first is None else [])
        return blocks.read_block(file, number, length, first)

    monkeypatch.setattr(metadata_guard, "read_block", read_block)
    first, *_ = real.shared
    for turn, (shared, expected) in enumerate(
        [(real.shared, []), ((), []), ((first,), [first]), ((), []), (real.shared, [*real.shared])]
    ):
        header = replace(real.header, bytes=bytes([turn + 1]) * blocks.HEADER)
        outline = replace(real, shared=shared, header=header)
        monkeypatch.setattr(metadata_guard, "read_outline", lambda _, outline=outline: outline)
        copied.clear()
        metadata_guard.keep(path)
        assert copied == expected
        assert _held(path).keys() == set(shared)
    assert guard_of(path).stat().st_size == blocks.HEADER + len(real.shared) * (8 + (1 << 18))


def test_a_copy_that_was_cut_off_is_made_anew(
    halves: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed while it was brought up: a block may have its number and checksum, and half of what
    they stand for.
    """
    before, after = halves
    guard_of(before).unlink(missing_ok=True)

    class Killed(BaseException):
        pass

    def killed(_: BinaryIO) -> None:
        raise Killed

    monkeypatch.setattr(metadata_guard, "_to_disk", killed)
    with pytest.raises(Killed):
        metadata_guard.keep(before)
    monkeypatch.undo()
    copy = bytearray(guard_of(before).read_bytes())
    copy[blocks.HEADER + 8 + PAGE : blocks.HEADER + 8 + 2 * PAGE] = bytes(PAGE)
    guard_of(before).write_bytes(copy)
    metadata_guard.keep(before)
    assert _held(before) == _shared(before)
    assert _torn(before, after, 3)
    connection._engine.cache_clear()
    assert _listings(before) == 2
