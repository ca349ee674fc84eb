"""Whether the upstream index answers, and what it tells of its files."""

import asyncio
from collections.abc import Callable, Iterator

from airlock.diagnosis.answers import Answer, State
from airlock.errors import AirlockError
from airlock.model import ProjectListing, ProjectName
from airlock.sources.interface import Index

_PROBE = ProjectName("pip")


def upstream(make: Callable[[], Index] | None) -> Iterator[Answer]:
    """Tell whether the upstream answers, and what its pages lack.

    Args:
        make: makes the index; ``None`` to ask nobody.
    """
    if make is None:
        yield Answer("upstream", State.LIMITED, "not asked", "Leave out --offline.")
        return
    try:
        index = make()
        listing = asyncio.run(_ask(index))
    except AirlockError as error:
        cure = error.hint or "Check the URL and the network; --index names another index."
        yield Answer("upstream", State.BROKEN, str(error), cure)
        return
    yield Answer("upstream", State.OK, f"{index.url} answers")
    yield _announced(listing)


async def _ask(index: Index) -> ProjectListing:
    async with index:
        return await index.listing(_PROBE)


def _announced(listing: ProjectListing) -> Answer:
    lacks = [
        what
        for what, missing in (
            ("SHA-256 digests", any(file.sha256 is None for file in listing.files)),
            ("upload times", any(file.upload_time is None for file in listing.files)),
            ("sizes", any(file.size is None for file in listing.files)),
            ("core metadata", all(file.metadata_sha256 is None for file in listing.files)),
        )
        if missing
    ]
    if not lacks:
        return Answer("upstream's pages", State.OK, "digests, upload times, sizes, core metadata")
    consequence = {
        "SHA-256 digests": "files without one are not offered",
        "upload times": "files without one are held",
    }
    told = "; ".join(f"{what}: {consequence[what]}" for what in lacks if what in consequence)
    message = f"no {', no '.join(lacks)}" + (f" ({told})" if told else "")
    return Answer(
        "upstream's pages",
        State.LIMITED,
        message,
        "A mirror that speaks PEP 691, 658 and 700 whole gives them.",
    )
