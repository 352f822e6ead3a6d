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

__all__ = ["duckdb", "roll_back"]


def roll_back(con: duckdb.DuckDBPyConnection) -> None:
    """Ends a transaction that failed. A commit that failed, on a full disk, has ended it
    already: its own error is the one to tell.
    """
    with suppress(duckdb.TransactionException):
        con.rollback()
