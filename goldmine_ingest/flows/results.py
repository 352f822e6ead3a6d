"""No result is read where the API says that one lies.

Prefect's engine takes a run that the API calls completed for one whose result it may have: it reads
the file or the block that the state names, and unpickles it, which runs whatever code stands there.
Our flows keep no results (`persist_result=False`), so that there is never one to read.
"""

from __future__ import annotations

from typing import Any

from prefect.results import ResultRecord, ResultStore  # type: ignore[attr-defined]  # not in its __all__


def read_none() -> None:
    """From now on, in this process. Every way to a stored result goes through these two methods;
    Prefect has no setting for it.
    """
    for name, instead in (("read", _nothing), ("aread", _nothing_later)):
        setattr(ResultStore, name, instead)


def _nothing(store: ResultStore, key: str, holder: str | None = None) -> ResultRecord[Any]:  # noqa: ARG001 - the shape of what it replaces
    """In place of ResultStore.read: a record that holds nothing."""
    return ResultRecord(result=None, metadata={"storage_key": key, "serializer": store.serializer})  # type: ignore[arg-type]  # made into one


async def _nothing_later(
    store: ResultStore, key: str, holder: str | None = None
) -> ResultRecord[Any]:
    return _nothing(store, key, holder)
