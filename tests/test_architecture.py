"""The house keeps its shape: what each module owns is said, the core asks no clock, opens no connection and prints nothing."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("features", "policies", "matcher", "models", "api", "data_samples")
CORE = ("features", "policies", "matcher")
# What a functional core has no business with; HTTP, databases, settings and tracking live in api and models.
FOREIGN = (
    "sqlalchemy",
    "fastapi",
    "starlette",
    "httpx",
    "requests",
    "mlflow",
    "lightgbm",
    "pydantic_settings",
    "dbos",
    "uvicorn",
    "logging",
    "structlog",
)


def modules(*packages: str) -> Iterator[Path]:
    for package in packages:
        yield from sorted(p for p in (ROOT / package).rglob("*.py") if "versions" not in p.parts)


@pytest.mark.parametrize("path", [p for p in modules(*PACKAGES) if p.name != "__init__.py"], ids=lambda p: str(p.relative_to(ROOT)))
def test_every_module_says_what_it_owns(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), f"{path} has no docstring"


def test_the_reader_s_modules_stand_in_the_table_of_questions() -> None:
    table = (ROOT / "ARCHITECTURE.md").read_text("utf-8").split("## Inside `policies/extract/`", 1)[1]
    owned = {path.stem for path in (ROOT / "policies" / "extract").glob("*.py")} - {"__init__"}
    assert owned == {name for name in re.findall(r"`([a-z_]+)`", table) if name in owned}, "name the new module under its question"


def test_init_files_hold_no_code_but_the_public_face() -> None:
    for path in modules(*PACKAGES):
        if path.name == "__init__.py":
            body = ast.parse(path.read_text("utf-8")).body
            assert all(
                isinstance(n, ast.Expr | ast.Import | ast.ImportFrom | ast.Assign | ast.AnnAssign | ast.FunctionDef) for n in body
            ), path


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


# The child process that reads files silences a library's remarks; it logs nothing itself.
SILENCES = {ROOT / "policies" / "worker.py"}


def test_the_core_knows_no_service_no_database_and_no_log() -> None:
    for path in set(modules(*CORE)) - SILENCES:
        foreign = [name for name in _imports(ast.parse(path.read_text("utf-8"))) if name.split(".")[0] in FOREIGN]
        assert not foreign, f"{path} imports {foreign}"


def test_nobody_but_the_clock_asks_for_the_time() -> None:
    asks = re.compile(r"\b(date\.today|datetime\.now|datetime\.utcnow|datetime\.today)\(")
    for path in modules("features", "policies", "matcher", "models", "api"):
        if path == ROOT / "api" / "clock.py":
            continue
        assert not asks.search(path.read_text("utf-8")), f"{path} asks for the time; only api/clock.py may"


# The one place where anything may go wrong and the rules' own answer must still be shown.
BOUNDARIES = {ROOT / "matcher" / "ranking.py"}


def test_no_bare_or_swallowing_except_in_the_core() -> None:
    for path in set(modules(*CORE, "models")) - BOUNDARIES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ExceptHandler):
                names = {n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)} if node.type else set()
                assert node.type is not None and not names & {"Exception", "BaseException"}, f"{path}:{node.lineno}"


def test_the_repository_names_no_machine() -> None:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    place = "/" + "work/"
    for name in filter(None, tracked):
        path = ROOT / name
        if path.suffix in {".pdf", ".docx", ".xlsx", ".parquet", ".png", ".doc"} or not path.is_file():
            continue
        assert place not in path.read_text("utf-8", errors="replace"), name
