"""docs/architecture.md and CONTRIBUTING.md name what is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

PATH = re.compile(r"`((?:bot|storage|metrics|tests|benchmarks|docs)/[\w/.]*\w(?:\.\w+)?/?)`")
MODULE = re.compile(r"(?:bot|storage|metrics)(?:\.\w+)+")
STEP = re.compile(r"`([\w/]+\.py)`\s+`(\w+)`")
WAYS = dict(re.findall(r"(?ms)^## The way of (\w+ \w+)$(.*?)(?=^## |\Z)", ARCHITECTURE))
JOINED = ("wiring", "services", "features")
"""Modules that hand one object to another: what they import is called through a parameter."""


def imports_of(path: str) -> set[str]:
    """Name the files of ours that a module imports, also inside its functions, or by name."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
            found.update(f"{name.replace('.', '/')}.py" for name in names)
        if isinstance(node, ast.Constant) and MODULE.fullmatch(name := str(node.value)):
            found.add(f"{name.replace('.', '/')}.py")
    return {name for name in found if (ROOT / name).exists()}


@cache
def joined() -> set[str]:
    files = (file for name in JOINED for file in ROOT.glob(f"bot/**/{name}.py"))
    return {found for file in files for found in imports_of(str(file.relative_to(ROOT)))}


def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.ClassDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, kinds)}


def steps(way: str) -> list[tuple[str, str]]:
    return STEP.findall(WAYS[way])


def test_there_are_five_ways() -> None:
    assert list(WAYS) == ["a question", "a file", "a sync", "a digest", "an alert"]


@pytest.mark.parametrize("way", WAYS)
def test_a_way_names_functions_that_are_there(way: str) -> None:
    found = steps(way)

    assert len(found) >= 5
    assert [(path, name) for path, name in found if name not in names_in(path)] == []


@pytest.mark.parametrize("way", WAYS)
def test_each_step_of_a_way_is_reached_from_one_before_it_or_handed_in(way: str) -> None:
    first, *later = dict.fromkeys(path for path, _ in steps(way))
    reached = {first} | joined() | imports_of(first)
    for path in later:
        assert path in reached, path
        reached |= imports_of(path)


def test_the_tree_has_a_line_for_each_folder_and_no_other() -> None:
    [tree] = re.findall(r"(?s)```text\n(.*?)```", ARCHITECTURE)
    named, above = set(), ""
    for indent, name in re.findall(r"(?m)^( *)([\w]+)/ ", tree):
        above = above if indent else name
        named.add(f"{above}/{name}" if indent else name)

    folders = {
        str(folder.parent.relative_to(ROOT))
        for top in ("bot", "storage", "metrics")
        for folder in [*ROOT.glob(f"{top}/__init__.py"), *ROOT.glob(f"{top}/*/__init__.py")]
    }
    assert named == folders | {"tests", "benchmarks", "docs"}


@pytest.mark.parametrize("text", [ARCHITECTURE, CONTRIBUTING], ids=["architecture", "contributing"])
def test_every_path_named_is_there(text: str) -> None:
    named = set(PATH.findall(text))

    assert named
    assert {path for path in named if "NAME" not in path and not (ROOT / path).exists()} == set()
