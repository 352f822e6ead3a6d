"""The `maintain` flow, where Prefect's entrypoint `flows/maintain.py:maintain` looks for it. It
lives in the package.
"""

from goldmine_ingest.flows.maintain import maintain

__all__ = ["maintain"]
