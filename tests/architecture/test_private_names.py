"""Which modules reach for what a library keeps private: each is named with what that buys."""

from __future__ import annotations

import ast
from pathlib import Path

import goldmine_ingest

PRIVATE = {
    "cli/completion_candidates.py": "a parser's arguments, which argparse lists nowhere else",
    "flows/deployments.py": "VersionType, which Prefect asks for and keeps private",
    "flows/local_server.py": "os._exit: a server whose parent has died ends whatever it waits for",
    "flows/runner.py": "our code, and no hook of a changed deployment, is what runs (Z21)",
    "notify/wire.py": "a service's answer is cut while it is read; requests has no limit",
    "runtime/memory.py": "glibc's malloc_trim: 10 MiB of an idle service",
    "runtime/quick_exit.py": "a tenth of the CPU of a quiet poll: Python's clearing up",
    "store/blocks.py": "DuckDB's own checksum of a block: 0.2 s of CPU a GB in place of 4",
}
# Private by their spelling alone: a named tuple's documented methods, lxml's type of an element.
DOCUMENTED = {"_asdict", "_replace", "_Element"}


def reaches(tree: ast.Module) -> set[str]:
    """The private names that this module uses and nothing in it defines, and `ctypes`, which takes
    a library at its symbols.
    """
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)} | {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and ast.unparse(node.value) == "self"
    }
    private = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and str(node.module) != "__future__":
            parts = [*str(node.module).split("."), *(alias.name for alias in node.names)]
            private |= {part for part in parts if _is_private(part)}
        elif isinstance(node, ast.Import):
            private |= {alias.name for alias in node.names if alias.name == "ctypes"}
        elif (
            isinstance(node, ast.Attribute)
            and _is_private(node.attr)
            and ast.unparse(node.value) not in ("self", "cls")
        ):
            private.add(node.attr)
    return private - own - DOCUMENTED


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def test_who_reaches_under_a_library_is_named_with_what_it_buys() -> None:
    root = Path(goldmine_ingest.__file__).parent
    found = {
        str(path.relative_to(root)): names
        for path in sorted(root.rglob("*.py"))
        if (names := reaches(ast.parse(path.read_text(encoding="utf-8"))))
    }
    assert found.keys() == PRIVATE.keys(), found
