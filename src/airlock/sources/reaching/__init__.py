"""Whether a project imports anything of a distribution that it has.

By imports, not by calls: "not imported" says that no line of the project, and of nothing that it
imports, leads to the distribution; "imported" does not say that the vulnerable part is used.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from airlock.errors import AirlockError
from airlock.model import Dependency, ProjectName
from airlock.model.audit import Reach
from airlock.sources.reaching.distributions import Distribution, distributions
from airlock.sources.reaching.imports import Imports, imports_of

_Graph = dict[ProjectName, list[ProjectName]]

_SHOWN = 3
_FOLDERS = (".venv", "venv", ".env", "env")

__all__ = ["Reachability", "reachability"]


class Reachability:
    """Answers for one project.

    Args:
        imports: what the project imports.
        installed: what is known of distributions, by their projects.
    """

    def __init__(self, imports: Imports, installed: dict[ProjectName, Distribution]) -> None:
        self._imports = imports
        self._installed = installed
        self._needed_by = _inverse({name: one.requires for name, one in installed.items()})
        self._used_by = _inverse(
            {name: one.requires | one.extras for name, one in installed.items()}
        )

    def of(self, dependency: Dependency) -> Reach:
        """Return whether anything of a dependency is imported."""
        project = dependency.project
        if project is None:
            return Reach(imported=None, reason="its name is not known")
        if places := self._places(project):
            return Reach(imported=True, where=places)
        for other in _askers(project, self._needed_by):
            if places := self._places(other):
                return Reach(imported=True, where=places, reason=f"through {other}")
        doubt = self._doubt(project)
        return Reach(imported=None if doubt else False, reason=doubt)

    def _doubt(self, project: ProjectName) -> str:
        """Return why something without an import may be used after all."""
        if project not in self._installed:
            return "it is not installed, so that its modules are not known"
        for one in (project, *_askers(project, self._used_by)):
            through = "" if one == project else f"{one} may need it; "
            if reason := self._installed[one].loaded:
                return f"{through}{reason}"
            if one != project and self._places(one):
                return f"{one}, which is imported, needs it for one of its extras"
            for module in sorted(self._installed[one].modules):
                if places := self._imports.mentions(module):
                    return f"{through}a string at {places[0]} is the name of its module {module}"
        return self._imports.unsure

    def _places(self, project: ProjectName) -> tuple[str, ...]:
        distribution = self._installed.get(project)
        # What is not installed is looked for under its own name, which often is the module's.
        modules = distribution.modules if distribution else {project.replace("-", "_")}
        found = [place for module in modules for place in self._imports.places(module)]
        return tuple(dict.fromkeys(found))[:_SHOWN]


def _inverse(needs: Mapping[ProjectName, Iterable[ProjectName]]) -> _Graph:
    found: _Graph = {}
    for project, them in needs.items():
        for needed in sorted(them):
            found.setdefault(needed, []).append(project)
    return found


def _askers(project: ProjectName, graph: _Graph) -> Iterator[ProjectName]:
    """Yield what needs a project, and what needs that, each once."""
    seen = {project}
    waiting = [project]
    for one in waiting:
        more = [other for other in graph.get(one, ()) if other not in seen]
        seen.update(more)
        waiting += more
        yield from more


def reachability(project: Path, environment: Path | None = None) -> Reachability:
    """Return what answers for a project.

    Args:
        project: its folder, or a script.
        environment: in which its dependencies are installed; without one, that in its folder.

    Raises:
        TargetNotFound: if the environment is none.
    """
    found = environment or _environment_of(project)
    known: dict[ProjectName, Distribution] = {}
    if found is not None:
        try:
            known = distributions(found)
        except AirlockError:
            if environment is not None:
                raise
    own = project.resolve()
    others = {
        name: one
        for name, one in known.items()
        if one.folder is None or not own.is_relative_to(one.folder)
    }
    return Reachability(imports_of(project), others)


def _environment_of(project: Path) -> Path | None:
    folder = project if project.is_dir() else project.parent
    candidates = (folder / name for name in _FOLDERS)
    return next((path for path in candidates if (path / "pyvenv.cfg").is_file()), None)
