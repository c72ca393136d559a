"""What a form that is sent twice does once."""

import threading
import uuid

from django.db import connection

from coalition.access.viewer import as_viewer
from enforcement.cases import actions
from tests.conftest import who


def test_two_posts_of_one_form_at_the_same_moment_make_one_note(own_database):
    """Two people's clicks are one in ten thousand; two of one impatient person are not."""
    aurelia = who("owner@aurelia.example")
    with as_viewer(aurelia):
        case = actions.open_case(title="Clicked twice", by=aurelia)
    token, together, made = uuid.uuid4(), threading.Barrier(2), []

    def post():
        with as_viewer(aurelia):
            together.wait()
            made.append(actions.write_note(case, body="Once", token=token, by=aurelia).pk)
        connection.close()

    threads = [threading.Thread(target=post) for _click in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 2
    assert len(set(made)) == 1
