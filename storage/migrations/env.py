"""Where Alembic starts: the caller hands the open connection over, and its transaction is the caller's."""

from alembic import context

_given = context.config.attributes

context.configure(
    connection=_given["connection"],
    target_metadata=_given["metadata"],
    version_table=_given["version_table"],
    render_as_batch=_given["connection"].dialect.name == "sqlite",
)
context.run_migrations()
