"""A network in which every address is this machine, and every port the sinkhole's.

Routes of kind ``local`` make the kernel deliver whatever is sent to anywhere on the loopback
device; nftables turns every port to those that the sinkhole listens on. There is no other device,
so there is no way out, whatever the rules are.
"""

import subprocess

from airlock.errors import DetonationError

TCP_PORT, UDP_PORT, DNS_PORT = 40001, 40002, 40053
"""On which the sinkhole listens."""
_RULES = f"""
table inet sinkhole {{
  chain out {{
    type nat hook output priority -100; policy accept;
    ip daddr 127.0.0.0/8 return
    ip6 daddr ::1 return
    udp dport 53 redirect to :{DNS_PORT}
    tcp dport 53 redirect to :{DNS_PORT}
    meta l4proto tcp redirect to :{TCP_PORT}
    meta l4proto udp redirect to :{UDP_PORT}
  }}
}}
"""
_COMMANDS = (
    ("ip", "link", "set", "lo", "up"),
    ("ip", "route", "add", "local", "default", "dev", "lo"),
    ("ip", "-6", "route", "add", "local", "default", "dev", "lo"),
)


def lay_network(*, redirects: bool) -> None:
    """Make every address local, and every port the sinkhole's.

    Args:
        redirects: whether nftables is to be used.

    Raises:
        DetonationError: if a command is missing or fails.
    """
    for command in _COMMANDS:
        if command[1] == "-6" and not _has_ipv6():
            continue
        _run(command, "")
    if redirects:
        _run(("nft", "-f", "-"), _RULES)


def _has_ipv6() -> bool:
    try:
        with open("/proc/net/if_inet6", encoding="ascii"):  # noqa: PTH123 - a file of the kernel
            return True
    except OSError:
        return False


def _run(command: tuple[str, ...], text: str) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - commands of our own
            command,
            input=text,
            text=True,
            capture_output=True,
            timeout=20,
            check=False,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DetonationError(f"{command[0]} could not be run: {error}") from error
    if done.returncode:
        raise DetonationError(f"{' '.join(command)}: {done.stderr.strip()[:200]}")
