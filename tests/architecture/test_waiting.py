"""How tests wait: with one patience (tests/rig/waiting.py), on ports that nobody else is given. A
deadline of a test's own is met on a quiet machine, and missed on a busy one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parents[1]
# Seconds: less is a pause between two looks, more is patience.
_PAUSE, _PATIENT = 1.0, 30.0
_WAITS = {"wait", "join", "communicate", "settimeout", "wait_for", "check_call"}
_TAKE_TIMEOUT = _WAITS | {"run", "check_output", "urlopen", "recv"}
_TAKE_TIMEOUT |= {"HTTPConnection", "create_connection", "Timer"}
_LISTENS = re.compile(r"\blisten\w* = \"[^\"]*:[1-9]\d*\"")
_WORDS = re.compile(r"monotonic|wait|join\([0-9t]|timeout|Timer|listen")
# What waits for less, each with why.
SHORT = {
    "rig/receiver.py": "a slow answer's own pause",
    "web/test_many_hands.py": "the twenty seconds that its drill is about",
}
# Where a fixed port is written, and nobody listens on it.
PORTS = {
    "config/test_actions.py": "read and refused or accepted, never opened",
    "web/test_pages.py": "refused: no page is started",
}


def short_waits(tree: ast.Module) -> Iterator[str]:
    """Each deadline that is a figure between a pause and patience."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            if "monotonic()" in ast.unparse(node.left) and _is_short(node.right):
                yield f"{node.lineno}: {ast.unparse(node)}"
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func).rpartition(".")[2]
            given = [each.value for each in node.keywords if each.arg in ("timeout", "seconds")]
            given = given if called in _TAKE_TIMEOUT else []
            if called in _WAITS and node.args and not isinstance(node.args[0], ast.List):
                given.append(node.args[-1])
            if any(_is_short(each) for each in given):
                yield f"{node.lineno}: {ast.unparse(node)}"


def _is_short(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
        and _PAUSE < node.value < _PATIENT
    )


def fixed_ports(tree: ast.Module) -> Iterator[str]:
    """Each text of a configuration that listens on a port of its own choice."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from (f"{node.lineno}: {found}" for found in _LISTENS.findall(node.value))


def _all() -> dict[str, ast.Module]:
    """By its path, each module that may wait or listen."""
    texts = {
        path: path.read_text("utf-8") for path in TESTS.rglob("*.py") if path != Path(__file__)
    }
    return {
        str(path.relative_to(TESTS)): ast.parse(text)
        for path, text in texts.items()
        if _WORDS.search(text)
    }


def test_no_test_has_a_short_deadline_or_a_port_of_its_own() -> None:
    trees = _all()
    waits = {name: found for name, tree in trees.items() if (found := [*short_waits(tree)])}
    ports = {name: found for name, tree in trees.items() if (found := [*fixed_ports(tree)])}
    assert waits.keys() == SHORT.keys(), f"{waits}: tests/rig/waiting.py has the patience"
    assert ports.keys() == PORTS.keys(), f"{ports}: tests/rig/ports.py finds a free one"


def test_each_kind_would_be_found() -> None:
    waits = """
deadline = time.monotonic() + 20
process.wait(10)
thread.join(timeout=5)
HTTPConnection("127.0.0.1", port, timeout=20)
threading.Timer(20, process.kill)
over.wait(0.1); process.wait(PATIENCE); names(timeout=5.0); ", ".join(x)
"""
    ports = "a = '[web]\\nlisten = \"127.0.0.1:43117\"'\nb = f'listen = \"127.0.0.1:{port}\"'"
    assert len([*short_waits(ast.parse(waits))]) == 4
    assert len([*fixed_ports(ast.parse(ports))]) == 1
