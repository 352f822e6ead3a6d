"""The `shard` flow, where Prefect's entrypoint `flows/shard.py:shard` looks for it. It lives in
the package.
"""

from goldmine_ingest.flows.shard import shard

__all__ = ["shard"]
