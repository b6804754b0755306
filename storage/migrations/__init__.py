"""The tables' history (Alembic, without an ini file), run when a store is opened."""
