"""``airlock-tuf-client``: our client in the protocol of the tuf-conformance suite.

The same fetcher and the same bounds as ``client``; the suite says where everything lies. Exit code
0 if everything was verified, else 1.
"""

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path


def main() -> None:
    """Run one command of the protocol."""
    sys.exit(run(sys.argv[1:]))


def run(words: Sequence[str]) -> int:
    """Run one command of the protocol, and return its exit code."""
    from tuf.api.exceptions import DownloadError, RepositoryError

    asked = _parser().parse_args(words)
    try:
        if asked.command == "init":
            shutil.copyfile(asked.trusted_root, Path(asked.metadata_dir, "root.json"))
        else:
            _update(asked)
    except (RepositoryError, DownloadError, OSError, ValueError) as error:
        sys.stderr.write(f"airlock-tuf-client: {type(error).__name__}: {error}\n")
        return 1
    return 0


def _update(asked: argparse.Namespace) -> None:
    from tuf.ngclient import Updater

    from airlock.trust.client import configuration
    from airlock.trust.fetching import BoundedFetcher

    fetcher = BoundedFetcher()
    updater = Updater(
        asked.metadata_dir,
        asked.metadata_url,
        asked.target_dir,
        asked.target_base_url,
        fetcher=fetcher,
        config=configuration(),
        # The protocol puts the trusted root there by ``init``.
        bootstrap=None,
    )
    updater.refresh()
    for name in asked.target_name if asked.command == "download" else ():
        found = updater.get_targetinfo(name)
        if found is None:
            raise ValueError(f"{name} is not signed")
        if not updater.find_cached_target(found):
            updater.download_target(found)
    fetcher.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="airlock-tuf-client", description=__doc__)
    parser.add_argument("--metadata-dir", required=True)
    parser.add_argument("--metadata-url")
    parser.add_argument("--target-name", action="append", default=[])
    parser.add_argument("--target-dir")
    parser.add_argument("--target-base-url")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("init").add_argument("trusted_root")
    commands.add_parser("refresh")
    commands.add_parser("download")
    return parser
