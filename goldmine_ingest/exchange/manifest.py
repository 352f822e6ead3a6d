"""The manifest of an export: which files it consists of, what each holds, and how far the history
had come.

    {"schema": 1, "program": "goldmine-ingest 1.2.0", "schema_version": 1, "exported_at": …, "from":
    …, "to": …,
     "marks": {"commits": …, "listings": …, "decisions": …, "events": …},
     "files": [{"file": "views/listings/month=2026-11/0f3a….parquet", "kind": "view", "name":
     "listings", "month": "2026-11",
                "rows": …, "bytes": …, "sha256": …, "fingerprint": …}, …]}

`from` and `to` are the first and the last first_seen_at; `month` is null for what isn't divided by
months; `fingerprint` tells whether the rows are still those of the history. The first exports had
one file for each table, and neither month, bytes nor fingerprint.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from goldmine_ingest.errors import StoreError, UsageError
from goldmine_ingest.exchange import json_values

MANIFEST = "manifest.json"
_NEEDED = {"file", "kind", "name", "rows", "sha256"}

Entry = dict[str, Any]


def read_manifest(folder: Path) -> dict[str, Any]:
    """Raises UsageError if there is none, or none of ours."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        is_readable = manifest["schema"] == 1 and all(
            entry.keys() >= _NEEDED and _is_inside(entry["file"]) for entry in manifest["files"]
        )
        int(manifest["schema_version"])
    except FileNotFoundError as error:
        raise UsageError(
            f"there is no {MANIFEST} in it",
            subject=str(folder),
            hint="goldmine export DIR makes an export.",
        ) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(
            f"its {MANIFEST} can't be read", subject=str(folder), hint="Make the export again."
        ) from error
    if not is_readable:
        raise UsageError(
            f"its {MANIFEST} is not one of this program's",
            subject=str(folder),
            hint="Make the export again.",
        )
    return dict(manifest)


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """In place of the earlier one, at once (mode 0600), and on disk before this returns."""
    made = folder / f".{MANIFEST}.part"
    fd = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "w", encoding="utf-8") as out:
        out.write(json_values.dumps(manifest) + "\n")
        out.flush()
        os.fsync(out.fileno())
    made.replace(folder / MANIFEST)


def row_counts(manifest: Mapping[str, Any]) -> dict[str, int]:
    """How many rows each table and view has, over all of its files."""
    counts: Counter[str] = Counter()
    for entry in manifest["files"]:
        counts[entry["name"]] += entry["rows"]
    return dict(counts)


def check_files(folder: Path, entries: Iterable[Entry]) -> None:
    """Raises StoreError unless each file is what the manifest says of it."""
    for entry in entries:
        file = folder / entry["file"]
        if not file.is_file():
            raise StoreError(
                "the manifest names a file that isn't there",
                subject=f"{folder.name}/{entry['file']}",
            )
        if sha256(file) != entry["sha256"]:
            raise StoreError(
                "isn't what the manifest says (SHA-256)",
                subject=f"{folder.name}/{entry['file']}",
                hint="Nothing was imported.",
            )


def sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _is_inside(file: str) -> bool:
    path = PurePosixPath(file)
    return not path.is_absolute() and ".." not in path.parts and path.suffix == ".parquet"
