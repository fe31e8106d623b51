"""The parts know of each other only what the design allows, and stay small; read from the code, not from running it."""

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PARTS = frozenset({"crawlers", "classifiers", "rules", "indexer", "console"})
# Who may import whom, beside itself.
ALLOWED: dict[str, frozenset[str]] = {
    "core": frozenset(),
    **dict.fromkeys(PARTS, frozenset({"core"})),
    "pipeline": frozenset({"core"}),
    "app": PARTS | {"core", "pipeline"},
    "upkeep": frozenset({"core", "app"}),
    "scheduler": frozenset({"core", "app", "upkeep"}),
    "cli": frozenset({"core", "app", "scheduler", "upkeep"}),
    "examples": frozenset(),
    "tools": frozenset({"core", "app", "examples"}),
}
# Single modules that may know one thing more.
ALSO: dict[str, str] = {"cli.demo": "examples.town"}
# What one function may load by name when it is first needed, because it takes long to import.
LATE: dict[str, frozenset[str]] = {
    "classifiers.train": frozenset({"classifiers.estimator"}),
    "app": frozenset({"crawlers.together"}),
    "crawlers.pictures.optional": frozenset({"crawlers.pictures.boxes", "crawlers.pictures.reading"}),
    "indexer.stores": frozenset({"indexer.elastic.opening"}),
    "rules.suggest": frozenset({"jieba.analyse"}),
    "upkeep.notices": frozenset({"apprise"}),
}
NOT_SHIPPED = frozenset({"tests", "bench", "docs", "tools", "build"})
LONGEST_FILE = 300
LONGEST_FUNCTION = 40


@dataclass(frozen=True)
class Module:
    """One file of the project."""

    path: Path
    lines: int
    tree: ast.Module


Code = Mapping[str, Module]


def read(root: Path) -> Code:
    """The project's modules by dotted name, without tests and benches."""
    found: dict[str, Module] = {}
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        if parts[0] in NOT_SHIPPED or any(part.startswith(".") for part in parts):
            continue
        text = path.read_text("utf-8")
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = Module(path, len(text.splitlines()), ast.parse(text, str(path)))
    return found


def imports(module: str, code: Code) -> Iterator[tuple[str, int]]:
    """The project's modules that ``module`` imports, each with the line."""
    package = module if code[module].path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(code[module].tree):
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Call):
            for name in _named(node, package, code):
                target = next((part for part in _prefixes(name) if part in code), None)
                if target is not None and target != module:
                    yield target, node.lineno


def _named(node: ast.Import | ast.ImportFrom | ast.Call, package: str, code: Code) -> list[str]:
    """The modules that a statement or call names."""
    if isinstance(node, ast.Call):
        return [_loads(node) or ""]
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    above = package.rsplit(".", node.level - 1)[0] if node.level else ""
    base = ".".join(part for part in (above, node.module or "") if part)
    below = [f"{base}.{alias.name}" for alias in node.names]
    modules = [name for name in below if name in code]
    return modules if len(modules) == len(below) else [base, *modules]


def _prefixes(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition(".")[0]


def arrows(code: Code) -> list[str]:
    """The imports that the table forbids, and modules that it does not know."""
    wrong = [f"{name}: no part of this name is planned" for name in code if name.split(".")[0] not in ALLOWED]
    for module in code:
        part = module.split(".")[0]
        for target, line in imports(module, code):
            other = target.split(".")[0]
            also = ALSO.get(module)
            if other == part or other in ALLOWED.get(part, frozenset()):
                continue
            if also is None or not f"{target}.".startswith(f"{also}."):
                wrong.append(f"{module}:{line} imports {target}")
    return wrong


def cycles(code: Code) -> list[str]:
    """A chain of imports that leads back to where it began, if there is one."""
    graph = {name: {target for target, _ in imports(name, code)} for name in code}
    while leaves := [name for name, targets in graph.items() if not targets & graph.keys()]:
        for name in leaves:
            del graph[name]
    if not graph:
        return []
    chain = [min(graph)]
    while chain.count(chain[-1]) == 1:
        chain.append(min(graph[chain[-1]] & graph.keys()))
    return [" -> ".join(chain[chain.index(chain[-1]) :])]


def too_long(code: Code) -> list[str]:
    """Files over 300 lines and functions over 40."""
    wrong = [f"{name} has {module.lines} lines" for name, module in code.items() if module.lines > LONGEST_FILE]
    for name, module in code.items():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or node.lineno) - node.lineno + 1
                if size > LONGEST_FUNCTION:
                    wrong.append(f"{name}:{node.lineno} {node.name} has {size} lines")
    return wrong


def hidden_imports(code: Code) -> list[str]:
    """Imports inside of functions, by statement or by name, but for those planned."""
    return [
        f"{name}:{node.lineno}"
        for name, module in code.items()
        for function in ast.walk(module.tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
        or (isinstance(node, ast.Call) and _loads(node) not in {None, *LATE.get(name, ())})
    ]


def _loads(node: ast.Call) -> str | None:
    """The module that a call loads by name (empty where that is not written out), None for other calls."""
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if called not in {"__import__", "import_module"}:
        return None
    first = node.args[0] if node.args else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""


@pytest.fixture(scope="module")
def project() -> Code:
    """The real project, read once."""
    return read(ROOT)


def test_imports_follow_the_arrows(project: Code) -> None:
    """Core knows nothing of ours, the parts know only core, and so on up to the command."""
    assert arrows(project) == []


def test_there_is_no_cycle(project: Code) -> None:
    """No module imports itself by way of others, within a package either."""
    assert cycles(project) == []


def test_files_and_functions_are_short(project: Code) -> None:
    """No file is over 300 lines and no function over 40."""
    assert too_long(project) == []


def test_imports_stand_at_the_top(project: Code) -> None:
    """No function hides an import."""
    assert hidden_imports(project) == []


@pytest.mark.parametrize(
    ("module", "code", "said"),
    [
        ("core/text.py", "from rules import loader", "core.text:1 imports rules.loader"),
        ("core/text.py", "import app", "core.text:1 imports app"),
        (
            "rules/engine.py",
            "import core.text\nfrom indexer.sqlite import put",
            "rules.engine:2 imports indexer.sqlite",
        ),
        (
            "crawlers/visit.py",
            "def visit():\n    from classifiers import model",
            "crawlers.visit:2 imports classifiers.model",
        ),
        ("pipeline.py", "import rules.loader", "pipeline:1 imports rules.loader"),
        ("scheduler.py", "from crawlers import visit", "scheduler:1 imports crawlers.visit"),
        ("cli/check.py", "from rules import loader", "cli.check:1 imports rules.loader"),
        ("cli/check.py", "from examples.town import server", "cli.check:1 imports examples.town.server"),
        ("cli/demo.py", "from examples import other", "cli.demo:1 imports examples.other"),
        ("examples/town/server.py", "import core.text", "examples.town.server:1 imports core.text"),
        ("core/text.py", "def f():\n    return import_module('app')", "core.text:2 imports app"),
        ("helpers/misc.py", "", "helpers.misc: no part of this name is planned"),
    ],
)
def test_a_forbidden_arrow_is_seen(tmp_path: Path, module: str, code: str, said: str) -> None:
    """Each kind of wrong arrow fails the check, wherever it is hidden."""
    assert said in arrows(_project(tmp_path, {module: code}))


@pytest.mark.parametrize(
    ("module", "code"),
    [
        ("cli/demo.py", "from examples.town import server\nfrom examples.town.server import Town"),
        ("cli/check.py", "from app import build\nfrom . import demo"),
        ("app.py", "import pipeline\nfrom rules import loader\nfrom crawlers.visit import visit"),
        ("tests/test_x.py", "import cli.demo\nimport core.text"),
    ],
)
def test_an_allowed_arrow_passes(tmp_path: Path, module: str, code: str) -> None:
    """What the design allows is no finding, and tests may import anything."""
    assert arrows(_project(tmp_path, {module: code})) == []


@pytest.mark.parametrize(
    ("files", "chain"),
    [
        ({"core/a.py": "from core import b", "core/b.py": "from core.a import x"}, "core.a -> core.b -> core.a"),
        ({"core/a.py": "from . import b", "core/b.py": "from .a import x"}, "core.a -> core.b -> core.a"),
        (
            {"core/a.py": "import core.b", "core/b.py": "import core.c", "core/c.py": "def f():\n    import core.a"},
            "core.a -> core.b -> core.c -> core.a",
        ),
        ({"cli/__init__.py": "from cli.demo import go", "cli/demo.py": "import cli"}, "cli -> cli.demo -> cli"),
    ],
)
def test_a_cycle_is_seen(tmp_path: Path, files: dict[str, str], chain: str) -> None:
    """Cycles are found between modules of one package, through relative imports and through functions."""
    assert cycles(_project(tmp_path, files)) == [chain]


def test_length_and_hidden_imports_are_seen(tmp_path: Path) -> None:
    """The other checks find what they look for, to the line."""
    code = _project(
        tmp_path,
        {
            "core/long.py": "x = 1\n" * 301,
            "core/tall.py": "async def f():\n" + "    x = 1\n" * 40,
            "core/fits.py": "def f():\n" + "    x = 1\n" * 39,
            "core/hidden.py": "import re\n\ndef f():\n    import os\n\nclass A:\n    def g(self):\n"
            "        __import__('re')\n",
            "classifiers/train.py": "def f():\n    import_module('classifiers.estimator')\n    import_module('sys')\n",
        },
    )
    assert too_long(code) == ["core.long has 301 lines", "core.tall:1 f has 41 lines"]
    assert hidden_imports(code) == ["classifiers.train:3", "core.hidden:4", "core.hidden:8"]


def _project(root: Path, files: Mapping[str, str]) -> Code:
    """A small project around the given files."""
    stubs = (
        *("core/__init__.py", "core/text.py", "rules/__init__.py", "rules/loader.py", "indexer/sqlite.py", "app.py"),
        *("classifiers/model.py", "crawlers/visit.py", "cli/__init__.py", "cli/demo.py", "pipeline.py"),
        *("examples/town/server.py", "examples/other.py"),
    )
    for name, code in {**dict.fromkeys(stubs, ""), **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code, "utf-8")
    return read(root)


def test_a_command_that_does_not_crawl_loads_no_crawler() -> None:
    """Scrapy, the browser, what reads pictures and what learns take seconds to load, so they wait until needed."""
    heavy = ("scrapy", "playwright", "trafilatura", "sklearn", "cv2", "rapidocr_onnxruntime")
    script = f"import sys, cli.main; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)  # noqa: S603 - our own
    assert done.stdout.strip() == "[]"
