"""The sandbox that is used where no other is asked for: bubblewrap, as any user.

Inside there are the system's programs, read-only, an interpreter, and a home folder whose contents
are all made up. The process has no capability, may make no namespace, and cannot see the host's
processes; the network is the cell's.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

from airlock.detonation.interface import Plan, Sandbox

INSIDE_ID = 1000
TOOLS = "/opt/tools"
"""Where the scripts that start things lie, inside."""
FIRST = f"{TOOLS}/first.py"
"""The program of the first process."""
PACKAGES = "/srv/packages"
"""Where the artifact and its dependencies lie, inside."""
_SYSTEM_LINKS = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")


class Bubblewrap(Sandbox):
    """Namespaces, read-only mounts and no capabilities."""

    name = "bubblewrap"

    def missing(self) -> str:
        """Return what is missing on this host, with its cure, or nothing."""
        return "" if shutil.which("bwrap") else "bubblewrap (apt-get install bubblewrap)"

    def command(self, plan: Plan, world: Path, inner: Sequence[str]) -> list[str]:
        """Return the command that runs another inside."""
        return [
            "bwrap",
            *("--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-uts"),
            *("--unshare-cgroup-try", "--disable-userns", "--die-with-parent", "--new-session"),
            *("--as-pid-1", "--uid", str(INSIDE_ID), "--gid", str(INSIDE_ID)),
            *("--hostname", plan.header.host, "--clearenv"),
            *_system(),
            *(part for folder in plan.readable for part in ("--ro-bind", folder, folder)),
            *_packages(plan, world),
            *("--dev", "/dev", "--proc", "/proc", "--dir", "/run", "--dir", "/var"),
            *("--ro-bind", str(world / "etc"), "/etc", *_of_etc(world)),
            *("--bind", str(world / "home"), plan.header.home),
            *("--bind", str(world / "tmp"), "/tmp", "--symlink", "/tmp", "/var/tmp"),  # noqa: S108
            *("--ro-bind", str(world / "tools"), TOOLS),
            *("--ro-bind", str(Path(plan.work) / "packages"), PACKAGES),
            *("--bind", str(world / "shm"), "/dev/shm"),  # noqa: S108 - a folder of the sandbox
            # What bubblewrap makes itself has no limit of size, so nothing may be written there.
            *("--remount-ro", "/dev", "--remount-ro", "/"),
            *_variables(plan),
            *("--chdir", plan.header.home, "--", *inner),
        ]


def _system() -> list[str]:
    parts = ["--ro-bind", "/usr", "/usr"]
    for name in _SYSTEM_LINKS:
        path = Path("/") / name
        if path.is_symlink():
            parts += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            parts += ["--ro-bind", str(path), str(path)]
    return parts


def _packages(plan: Plan, world: Path) -> list[str]:
    """Show no package of the host, and pip where the interpreter looks for it."""
    parts: list[str] = []
    for place, folder in enumerate(plan.site_folders):
        shown = world / ("site" if place == 0 else "empty")
        parts += ["--ro-bind", str(shown), folder]
    for path in plan.certificates:
        parts += ["--ro-bind", str(world / "authorities.pem"), path]
    return parts


def _of_etc(world: Path) -> list[str]:
    """Show the settings of the host that its programs need."""
    parts: list[str] = []
    for shown in sorted((world / "etc").iterdir()):
        own = Path("/etc") / shown.name
        if shown.is_dir() and own.is_dir() and not any(shown.iterdir()):
            parts += ["--ro-bind", str(own), str(own)]
    return parts


def _variables(plan: Plan) -> list[str]:
    """Return the environment of an ordinary user, or of a runner of CI jobs."""
    home, user = plan.header.home, plan.header.user
    variables = {
        "HOME": home,
        "USER": user,
        "LOGNAME": user,
        "SHELL": "/bin/bash",
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "PATH": f"{home}/.local/bin:/usr/local/bin:/usr/bin:/bin",
        **{bait.variable: bait.token for bait in plan.header.baits if bait.variable},
    }
    if plan.deep:
        variables |= {"CI": "true", "GITHUB_ACTIONS": "true", "RUNNER_OS": "Linux"}
    if plan.faketime:
        variables |= {"LD_PRELOAD": plan.faketime, "FAKETIME": "+700d"}
    return [part for name, value in variables.items() for part in ("--setenv", name, value)]
