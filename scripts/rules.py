"""The rules of the design and the tests that prove them; prints docs/rules.md.

The rules stand in rules.toml; which tests carry which rule is read from the tests' source, so that
nothing has to run. A rule named in rules_built.txt without a test, or a test that names a rule
nobody knows, is an error.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
TESTS = HERE.parent / "tests"
BUILT_FILE = HERE / "rules_built.txt"

HEAD = """# Rules and the tests that prove them

Printed by `scripts/docs.py` from `scripts/rules.toml` and the tests' `@pytest.mark.rule(...)`;
do not edit. *built*: at least one test proves it and the build fails without one. *not yet*: the
rule belongs to something that is not built, or nothing proves it yet.
"""


@dataclass(frozen=True, slots=True)
class Family:
    """Rules of one source: their heading, where they come from, and id → sentence."""

    title: str
    source: str
    rules: dict[str, str]


def read_families() -> list[Family]:
    """Return all rules in the order of the file."""
    tables = tomllib.loads((HERE / "rules.toml").read_text("utf-8"))
    return [Family(t.pop("title"), t.pop("source"), t) for t in tables.values()]


def read_built() -> set[str]:
    """Return the ids that must have a test."""
    return set(BUILT_FILE.read_text("utf-8").split()) if BUILT_FILE.exists() else set()


def write_built() -> None:
    """Mark every rule that has a test as built; never takes a mark away."""
    tests = find_tests()
    marked = read_built() | set(tests)
    order = [name for family in read_families() for name in family.rules]
    BUILT_FILE.write_text("".join(f"{name}\n" for name in order if name in marked), "utf-8")


def find_tests() -> dict[str, list[str]]:
    """Return rule id → the tests that carry it, as `file::test`."""
    found: dict[str, list[str]] = {}
    for file in sorted(TESTS.rglob("test_*.py")):
        tree = ast.parse(file.read_text("utf-8"), str(file))
        tables = marked_tables(tree)
        for test, ids in marked_in(tree.body, tables.get("pytestmark", []), tables):
            name = f"{file.relative_to(TESTS.parent).as_posix()}::{test}"
            for rule in ids:
                if name not in found.setdefault(rule, []):
                    found[rule].append(name)
    return found


def marked_tables(tree: ast.Module) -> dict[str, list[str]]:
    """Return the rules inside each value the file gives a name: `pytestmark`, tables of cases."""
    tables: dict[str, list[str]] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            for target in map(ast.unparse, node.targets):
                tables[target] = list(rule_ids(node.value, {}))
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            tables[ast.unparse(node.target)] = list(rule_ids(node.value, {}))
    return tables


def marked_in(
    body: list[ast.stmt], inherited: list[str], tables: dict[str, list[str]], prefix: str = ""
) -> Iterator[tuple[str, list[str]]]:
    """Yield each test of a file or class with the rules it carries (its class's included).

    A rule may also stand on one case: `pytest.param(…, marks=pytest.mark.rule("F7"))`.
    """
    for node in body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        ids = [*inherited, *(i for d in node.decorator_list for i in rule_ids(d, tables))]
        if isinstance(node, ast.ClassDef):
            yield from marked_in(node.body, ids, tables, f"{prefix}{node.name}::")
        elif ids and node.name.startswith("test"):
            yield prefix + node.name, ids


def rule_ids(node: ast.AST, tables: dict[str, list[str]]) -> Iterator[str]:
    """Yield the ids of every `….mark.rule("A", "B")` in an expression and the tables it names."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield from tables.get(part.id, [])
        if isinstance(part, ast.Call) and ast.unparse(part.func).endswith("mark.rule"):
            for word in part.args:
                if isinstance(word, ast.Constant) and isinstance(word.value, str):
                    yield word.value


def as_markdown() -> str:
    """Return the text of docs/rules.md; raises ValueError when rules and tests disagree."""
    families, tests, built = read_families(), find_tests(), read_built()
    known = {name for family in families for name in family.rules}
    if unknown := sorted((set(tests) | built) - known):
        raise ValueError(f"no such rule: {', '.join(unknown)} (scripts/rules.toml names them)")
    if bare := sorted(built - set(tests)):
        raise ValueError(f"marked built, but no test carries it: {', '.join(bare)}")
    lines = [HEAD, f"{len(built)} of {len(known)} rules are built.\n"]
    for family in families:
        lines.append(f"## {family.title}\n\nSource: {family.source}.\n")
        lines.append("| rule | what it says | tests | |\n| --- | --- | --- | --- |")
        for name, text in family.rules.items():
            where = "<br>".join(f"`{test}`" for test in tests.get(name, []))
            lines.append(
                f"| {name} | {text} | {where} | {'built' if name in built else 'not yet'} |"
            )
        lines.append("")
    return "\n".join(lines)
