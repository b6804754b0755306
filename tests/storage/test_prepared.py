"""Questions that go to SQLite's driver as it stands give what SQLAlchemy gives."""

import pytest
from sqlalchemy import Boolean, Column, Integer, MetaData, String, Table, bindparam, create_engine, select

from clew.storage.prepared import fetch
from clew.storage.store import Store
from clew.storage.units import REVISION

ROWS = Table(
    "rows",
    MetaData(),
    Column("key", Integer, primary_key=True),
    Column("name", String),
    Column("kept", Boolean),
)
STATEMENT = (
    select(ROWS.c.name, ROWS.c.kept, ROWS.c.key + 10)
    .where(ROWS.c.key > bindparam("least"), ROWS.c.key > bindparam("least"))
    .where(ROWS.c.name.in_(bindparam("names", expanding=True)))
    .where(ROWS.c.key.in_(bindparam("keys", expanding=True)), ROWS.c.name != "z")
    .order_by(ROWS.c.key)
)


@pytest.mark.parametrize(
    "values",
    [
        {"least": 0, "names": ["a", "b", "z"], "keys": [1, 2, 3]},
        {"least": 1, "names": ["b"], "keys": [1, 2]},
        {"least": 0, "names": [], "keys": [1]},
        {"least": 0, "names": ["a", "b"], "keys": []},
    ],
)
def test_rows_types_and_places_of_values_are_those_of_sqlalchemy(values):
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        ROWS.metadata.create_all(connection)
        connection.execute(
            ROWS.insert(),
            [
                {"key": key, "name": name, "kept": kept}
                for key, name, kept in ((1, "a", True), (2, "b", False), (3, "z", None))
            ],
        )
        expected = [tuple(row) for row in connection.execute(STATEMENT, values)]
        found = fetch(connection.connection.driver_connection, STATEMENT, values)
    assert found == expected
    assert [type(row[1]) for row in found] == [type(row[1]) for row in expected]


def test_a_view_ends_with_its_transaction_whatever_the_pool_does(tmp_path):
    with Store.open(tmp_path / "s.db"):
        pass
    engine = create_engine(f"sqlite:///{tmp_path / 's.db'}", pool_reset_on_return=None)
    with Store.open(engine) as store:
        for _ in range(3):
            assert store.revision() == 0
        scope = store._scope
        with pytest.raises(ZeroDivisionError), scope.glimpse() as asks:
            asks.fetch(REVISION, {})
            raise ZeroDivisionError
        assert store.feedback_mark() == (0, "")
    connection = engine.raw_connection()
    assert not connection.driver_connection.in_transaction
    connection.close()
