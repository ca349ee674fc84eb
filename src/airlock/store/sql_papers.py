"""What came with files, in a database."""

from sqlalchemy import select

from airlock.model import Sha256
from airlock.store.dialects import insert_unless_there
from airlock.store.engine import Database
from airlock.store.paper_tables import papers
from airlock.store.papers import Paper, PaperKey, Papers


class SqlPapers(Papers):
    """Documents in SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, paper: Paper) -> None:
        """Add a document; the very same one again changes nothing."""
        row = _row(paper.key) | {"document": str(paper.document), "kept_at": paper.kept_at}
        with self._database.writing() as connection:
            connection.execute(insert_unless_there(connection, papers), row)

    def of(self, key: PaperKey) -> Paper | None:
        """Return the document that was added last."""
        wanted = [papers.c[name] == value for name, value in _row(key).items()]
        query = select(papers.c.document, papers.c.kept_at).where(*wanted)
        query = query.order_by(papers.c.seq.desc()).limit(1)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        return Paper(key=key, document=Sha256(row.document), kept_at=row.kept_at)


def _row(key: PaperKey) -> dict[str, object]:
    return {
        "kind": key.kind.value,
        "source": key.source,
        "sha256": str(key.sha256),
        "filename": key.filename,
    }
