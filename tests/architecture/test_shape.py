"""The shape of the code: what is not checked is not a rule."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(path for top in ("tracker", "dashboards", "benchmarks") for path in (ROOT / top).rglob("*.py"))
DUMPING_GROUNDS = {"utils", "util", "common", "misc", "tools", "helpers", "shared", "functions", "lib"}
LONGEST_MODULE = 350
LONGEST_BODY = 60


def test_there_are_modules() -> None:
    assert len(MODULES) > 10


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_is_small_and_named(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LONGEST_MODULE, f"{len(lines)} lines: split by quantity"
    assert path.stem not in DUMPING_GROUNDS
    assert lines[0].startswith('"""'), "a module says first what it is"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_bodies_are_short(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            start = node.body[1].lineno if ast.get_docstring(node) and len(node.body) > 1 else node.body[0].lineno
            length = (node.end_lineno or start) - start + 1
            assert length <= LONGEST_BODY, f"{node.name}: {length} lines"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_names_this_machine(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for word in ("/work/", "/root/", "../shared"):
        assert word not in text
