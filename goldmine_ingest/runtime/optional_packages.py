"""Packages that a small installation leaves out (deploy/small.txt): who needs one says so in one
line, with how to add it.
"""

from __future__ import annotations

from importlib.util import find_spec

from goldmine_ingest.errors import GoldmineError

# Import name: what pip calls it, with the range of pyproject.toml.
_ADDED_BY = {
    "mcp": "pip install 'goldmine-ingest[mcp]'",
    "prefect": "pip install 'prefect>=3.8,<3.10' 'fastapi<0.151' 'sqlalchemy<2.1' 'socksio>=1'",
    "vl_convert": "pip install 'vl-convert-python>=1.9,<2'",
}


def need_package(module: str, purpose: str, instead: str = "") -> None:
    """Raises GoldmineError where `module` isn't installed: what `purpose` needs, how to add it,
    and what works without it.
    """
    if not has_package(module):
        without = f"; {instead}" if instead else ""
        raise GoldmineError(
            f"{purpose}: a package that this needs is not installed",
            hint=f"{_ADDED_BY[module]} adds it{without}",
        )


def has_package(module: str) -> bool:
    """Whether it is installed; nothing is imported."""
    return find_spec(module) is not None
