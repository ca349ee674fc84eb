"""What paths mean: where code is put that runs again, and what every program writes."""

import re

# Started at log-in, by every shell, by every Python, by the system, or by a tool that people use.
_PERSISTENT = (
    (r"^~/\.(bashrc|bash_profile|bash_login|profile|zshrc|zshenv|zprofile|kshrc)$", "shells"),
    (r"^~/\.config/(fish/config\.fish|fish/conf\.d/.+)$", "shells"),
    (r"^~/\.config/autostart/.+\.desktop$", "the desktop"),
    (r"^~/\.config/systemd/user/.+", "systemd"),
    (r"^~/\.local/share/systemd/.+", "systemd"),
    (r"^/(etc/(cron|init\.d|profile|rc\.local|ld\.so)|var/spool/cron).*", "the system"),
    (r"^/etc/systemd/.+", "systemd"),
    (r"^~/\.ssh/(authorized_keys2?|rc|config)$", "SSH"),
    (r"^~/\.(gitconfig|config/git/config|config/git/hooks/.+)$|/\.git/hooks/[^/]+$", "git"),
    (
        r"^~/\.(vimrc|config/nvim/.+|emacs|tmux\.conf|inputrc|pythonrc(\.py)?)$",
        "an editor or shell",
    ),
    (r"^~/Library/Launch(Agents|Daemons)/.+", "macOS"),
    (r"^~/\.config/pip/pip\.conf$|^~/\.pip/pip\.conf$|^~/\.(npmrc|pypirc|condarc)$", "pip or npm"),
    (r"/(site|dist)-packages/[^/]+\.(pth|start)$", "Python"),
    (r"/(site|dist)-packages/(sitecustomize|usercustomize)(\.py|/.*)$", "Python"),
)
_PERSISTENT_BY_WHOM = tuple((re.compile(source), whom) for source, whom in _PERSISTENT)
# Written by interpreters, installers and compilers on their own account.
_NOISE = re.compile(
    r"^/(dev|proc|sys|run)(/|$)|^/(tmp|var/tmp)(/|$)|^~/\.cache(/|$)|^~/\.local/(lib|bin|share/man)(/|$)"
    r"|/__pycache__(/|$)|\.pyc(\.\d+)?$|^~/?$|^pipe:|^socket:|^/memfd:"
)


def at_home(path: str, home: str) -> str:
    """Return a path with ``~`` for the home folder."""
    if home and (path == home or path.startswith(f"{home}/")):
        return f"~{path[len(home) :]}"
    return path


def runs_again(path: str) -> str:
    """Return who runs what is put there, or nothing.

    Args:
        path: with ``~`` for the home folder.
    """
    return next((whom for pattern, whom in _PERSISTENT_BY_WHOM if pattern.search(path)), "")


def is_noise(path: str) -> bool:
    """Tell whether files there are written by every program that runs."""
    return bool(_NOISE.search(path))
