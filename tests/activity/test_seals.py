"""What somebody with the keys to the database could change, and that it shows."""

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from coalition import embedded
from coalition.activity import actions


def forge(database, *statements):
    """As somebody with the keys to the database would."""
    with psycopg.connect(host=str(embedded.socket_folder()), user="postgres", dbname=database) as thief:
        thief.execute("SET session_replication_role = replica")
        for statement in statements:
            thief.execute(statement)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE activity_event SET data = '{\"forged\": true}' WHERE id = 5", "Event 5 was altered"),
        ("DELETE FROM activity_event WHERE id = 5", "Event 5 is missing"),
        ("UPDATE activity_sealedevent SET position = CASE position WHEN 1 THEN 2 ELSE 1 END WHERE position IN (1, 2) AND seal_id = 1",
         "another order"),
        ("DELETE FROM activity_sealedevent WHERE event_id = 5", "leaves"),
        ("UPDATE activity_seal SET count = count + 1 WHERE id = 1", "Seal 1 was altered"),
    ],
)  # fmt: skip
def test_verify_finds_an_altered_a_missing_and_a_reordered_row(own_database, capsys, statement, words):
    drop = "ALTER TABLE activity_sealedevent DROP CONSTRAINT one_leaf_a_position"
    assert actions.verify_seals() == []
    forge(own_database, drop, statement)
    connection.close()
    with pytest.raises(CommandError):
        call_command("verify", stderr=None)
    assert any(words in fault for fault in actions.verify_seals())
