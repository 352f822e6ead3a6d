"""A setting that may be a secret."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Reference:
    """A setting that may be a secret: 'env:NAME', 'secret:PATH' or the value itself. Resolved by
    config.py, only when it is needed.
    """

    text: str = field(repr=False)

    @property
    def scheme(self) -> Literal["env", "secret", "literal"]:
        head = self.text.partition(":")[0]
        return "env" if head == "env" else "secret" if head == "secret" else "literal"

    def __str__(self) -> str:
        return self.text if self.scheme != "literal" else "***"
