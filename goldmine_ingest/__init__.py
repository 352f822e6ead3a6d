"""Goldmine Ingest: watches job feeds, judges each listing by a freelancer's pursuit criteria,
and alerts only for qualified ones.
"""

__version__ = "0.2.0"
