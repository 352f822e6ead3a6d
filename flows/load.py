"""The `load` flow, where Prefect's entrypoint `flows/load.py:load` looks for it. It lives in the
package.
"""

from goldmine_ingest.flows.load import load

__all__ = ["load"]
