"""How long modules are: a room is read in one sitting."""

from __future__ import annotations

from pathlib import Path

import goldmine_ingest

LINES = 350
# Each with what it is that a division would not make clearer.
LONGER = {
    "notify/refusals.py": "one table, a block a service, in which the first row that fits decides",
}


def lines(root: Path) -> dict[str, int]:
    """By its path, how many lines each module of the package has."""
    return {
        str(path.relative_to(root)): len(path.read_text(encoding="utf-8").splitlines())
        for path in root.rglob("*.py")
    }


def test_no_module_is_too_long_to_be_read_at_once() -> None:
    counts = lines(Path(goldmine_ingest.__file__).parent)
    longer = {name: count for name, count in counts.items() if count > LINES}
    assert longer.keys() == LONGER.keys(), f"{longer}: divide along a seam, a subject each"
