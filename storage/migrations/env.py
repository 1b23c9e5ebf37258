"""What Alembic runs: the migrations, on the connection and within the transaction it was given."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
