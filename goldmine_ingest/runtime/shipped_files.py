"""Where the files lie that travel with the program: `sql/` and `config/`, inside the wheel or
beside the package in a checkout.
"""

from __future__ import annotations

from pathlib import Path

from goldmine_ingest.errors import GoldmineError

_PACKAGE = Path(__file__).parents[1]


def shipped(name: str) -> Path:
    """The folder `name` ('sql' or 'config') as shipped. Raises GoldmineError if the installation
    is incomplete.
    """
    for folder in (_PACKAGE / "_shipped" / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise GoldmineError(
        f"the installation lacks its folder {name}/", hint="Install goldmine-ingest again."
    )
