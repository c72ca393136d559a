import threading

from django.db import connection

from coalition.access.viewer import as_system, as_viewer
from coalition.directory import actions
from coalition.directory.models import Level
from tests.conftest import who
from tests.directory.test_directory import keep, seat_of


def test_two_who_write_to_each_other_at_once_meet_in_one_room(own_database):
    pair = [who("owner@kestrel.example"), who("owner@northpeak.example")]
    for viewer in pair:
        keep(viewer, name=Level.MEMBERS)
    together, got, lost = threading.Barrier(6), [], []

    def begin(viewer, other, n):
        seat = seat_of(other)
        together.wait()
        try:
            with as_viewer(viewer):
                got.append(actions.get_in_touch(seat, body=f"Good morning, {n}.", by=viewer))
        except Exception as wrong:
            lost.append(wrong)
        connection.close()

    first, second = pair
    threads = [threading.Thread(target=begin, args=(*sides, n)) for n in range(3) for sides in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lost == []
    assert len({contact.pk for contact in got}) == 1
    with as_system("count"):
        assert got[0].messages.count() == 6
