"""What the README promises exists."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_two_commands_stand_in_the_readme() -> None:
    assert "python -m pip install . && tracker demo" in README
    assert 'python -m pip install ".[test]" && python -m pytest' in README


def test_research_use_is_said() -> None:
    assert "Not a medical device" in README


def test_every_named_benchmark_exists() -> None:
    for name in re.findall(r"python -m benchmarks\.(\w+)", README):
        assert (ROOT / "benchmarks" / f"{name}.py").exists(), name


def test_every_picture_exists() -> None:
    for path in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / path).exists(), path
