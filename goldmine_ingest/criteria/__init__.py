"""The pursuit criteria: which listings deserve a proposal, and why."""

from goldmine_ingest.criteria.judge import Judge
from goldmine_ingest.criteria.patterns import compile_pattern
from goldmine_ingest.criteria.would_change import WouldChange

__all__ = ["Judge", "WouldChange", "compile_pattern"]
