"""The `digest` flow, where Prefect's entrypoint `flows/digest.py:digest` looks for it. It lives
in the package.
"""

from goldmine_ingest.flows.digest import digest

__all__ = ["digest"]
