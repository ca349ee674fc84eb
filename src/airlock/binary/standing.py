"""How a file stands in its artifact: shipped with a package, or only in tests, docs and tools.

A weight, never an exclusion: what stands aside is looked at like everything else, and counts less
until something that runs reaches for it.
"""

from airlock.archive.interface import NESTED
from airlock.model import ArtifactKind, ArtifactName

_FOLDERS = """
test tests testing testsuite _tests unittests test_data testdata fixtures fixture doc docs
example examples sample samples demo demos benchmark benchmarks bench ci .github .gitlab .ci
.circleci .travis .buildkite azure-pipelines .devcontainer docker tutorial tutorials notebooks
playground experiments conda.recipe packaging contrib misc integration functional e2e
"""
# At the top of a source distribution these are for its developers; inside a package they are not.
_FOLDERS_AT_TOP = """
tools tool scripts script build_tools dev devtools maint util utils hack release build-scripts
deploy deployment extra extras etc
"""
_ASIDE = frozenset(_FOLDERS.split())
_ASIDE_AT_TOP = frozenset(_FOLDERS_AT_TOP.split())
# The folder of the release itself, and what lies in it.
_TOP = 2


def stands_aside(path: str, name: ArtifactName) -> bool:
    """Tell whether a member is only for the developers of an artifact."""
    *folders, last = path.lower().replace(NESTED, "/").split("/")
    own = name.project.replace("-", "_")
    # A package may have any name, also that of a folder for examples.
    others = [folder for folder in folders if folder != own]
    if any(folder in _ASIDE for folder in others):
        return True
    if name.kind is ArtifactKind.SDIST and any(part in _ASIDE_AT_TOP for part in others[:_TOP]):
        return True
    return last.startswith(("test_", "conftest"))
