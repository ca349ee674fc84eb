"""Whether the database server and the object store answer, where settings name some."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from airlock.diagnosis.answers import Answer, State
from airlock.errors import AirlockError


class Looks(NamedTuple):
    """How to look at each; ``None`` where everything is in the data folder."""

    database: Callable[[], str] | None = None
    """Returns what is there, in one line; raises ``AirlockError``."""
    blobs: Callable[[], str] | None = None
    """Likewise."""


def storage(looks: Callable[[], Looks]) -> Iterator[Answer]:
    """Tell whether what the settings name can be used."""
    try:
        found = looks()
    except AirlockError as error:
        yield Answer("storage", State.BROKEN, str(error), error.hint or "Look at storage.toml.")
        return
    cures = {
        "database": "Look at AIRLOCK_DATABASE, storage.toml and PGPASSFILE, and at the server.",
        "blobs": "Look at AIRLOCK_BLOBS, storage.toml and the AWS_… variables, and at the server.",
    }
    for subject, look in found._asdict().items():
        if look is None:
            continue
        try:
            yield Answer(subject, State.OK, look())
        except AirlockError as error:
            yield Answer(subject, State.BROKEN, str(error), error.hint or cures[subject])
