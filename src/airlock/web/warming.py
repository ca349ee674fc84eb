"""What pages need only once in a process, done before anybody waits for one."""

from airlock.report.frame import highlighting
from airlock.report.frame.rendering import environment

_PACKAGES = ("airlock.web", "airlock.gate.index")


def warm() -> None:
    """Compile the templates, and load what colours code."""
    for package in _PACKAGES:
        made = environment(package)
        for name in made.list_templates(extensions=["html"]):
            made.get_template(name)
    highlighting.warm()
