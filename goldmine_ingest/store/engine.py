"""DuckDB without what its Python package adds: the relation API and the bridges to Arrow and
Polars, 0.1 s of CPU at each start.

`_duckdb` is the extension module whose `connect` and exceptions `duckdb` hands on as its own; both
may be loaded side by side.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
else:
    try:
        import _duckdb as duckdb
    except ImportError:  # the package is laid out in another way
        import duckdb

__all__ = ["MEMORY_LIMIT", "ROW_GROUP", "STORAGE_VERSION", "duckdb", "roll_back"]

# Written so that tools with DuckDB 1.4 and newer can read the file.
STORAGE_VERSION = "v1.4.0"
# A checkpoint writes the last group of each table that grew anew, whole: with DuckDB's 122,880 rows
# that was 0.5 s of CPU after a cycle with five new listings in a history of a million, with these
# 0.025 s.
ROW_GROUP = 8192
MEMORY_LIMIT = "1GB"


def roll_back(con: duckdb.DuckDBPyConnection) -> None:
    """Ends a transaction that failed. A commit that failed, on a full disk, has ended it
    already: its own error is the one to tell.
    """
    with suppress(duckdb.TransactionException):
        con.rollback()
