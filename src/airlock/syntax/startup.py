"""Start-up files: what of a ``.pth`` or ``.start`` file the interpreter executes."""

from airlock.syntax.program import StartupFile
from airlock.syntax.reach import Unit

FORMS = frozenset({"pth", "start"})


def executed_lines(unit: Unit, source: str) -> tuple[str, StartupFile]:
    """Return what of a start-up file is executed, as code in which every line keeps its number."""
    kept: list[str] = []
    executed: list[tuple[int, str]] = []
    for number, line in enumerate(source.split("\n"), 1):
        statement = _statement(line, unit.form)
        kept.append(statement)
        if statement:
            executed.append((number, line.strip()))
    return "\n".join(kept), StartupFile(unit.member.path, unit.context, tuple(executed))


def _statement(line: str, form: str) -> str:
    """Return what a line of a start-up file makes the interpreter run, as a statement."""
    if form == "pth":
        return line if line.startswith(("import ", "import\t")) else ""
    # PEP 829: each line names a callable, ``module:function``.
    module, colon, function = line.strip().partition(":")
    plain = colon and all(name.isidentifier() for name in f"{module}.{function}".split("."))
    first = function.partition(".")[0]
    return f"from {module} import {first}; {function}()" if plain else ""
