"""What Alembic runs first: it hands over the connection, whose transaction is the caller's."""

from alembic import context

from airlock.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
)
context.run_migrations()
