"""The `poll` flow, where Prefect's entrypoint `flows/poll.py:poll` looks for it. It lives in the
package.
"""

from goldmine_ingest.flows.poll import poll

__all__ = ["poll"]
