"""Alembic's entry: runs the steps on the connection it is handed. Opens no database of its own."""

from alembic import context

from socialpub.store.schema import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
