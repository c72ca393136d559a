"""Write a document, revise it, consult, publish, comment."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from coalition.access import actions as access
from coalition.access.errors import Conflict, Refused, require
from coalition.access.locking import lock
from coalition.access.models import Audience, Grant, Space
from coalition.access.tlp import Tlp
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.clocks import actions as clocks
from coalition.clocks.models import Clock
from coalition.search.actions import index
from groups.library.models import Collection, Comment, Document, Version
from groups.library.permissions import can_comment, can_publish, can_write

CONSULTATION_END = "consultation_end"


@transaction.atomic
def set_up_collections(*, staff: Audience, publishers: list[Audience]) -> None:
    """The three shelves, and who may put something on them. Safe to repeat."""
    reach_of = {
        Collection.Reach.CONSULTATION: (Tlp.GREEN, Audience.members(), _("In consultation")),
        Collection.Reach.MEMBERS: (Tlp.GREEN, Audience.members(), _("For members")),
        Collection.Reach.PUBLIC: (Tlp.CLEAR, Audience.public(), _("Public guidance")),
    }
    for reach, (mark, readers, name) in reach_of.items():
        collection = Collection.objects.filter(reach=reach).select_related("space").first()
        if collection is None:
            space = access.open_space(Space.Kind.COLLECTION, by=None, owner=staff, label=name, mark=mark)
            collection = Collection.objects.create(space=space, reach=reach, name=name)
            access.grant(space, readers, Grant.Role.READ, by=None, reason=_("reads this shelf"))
        for publisher in publishers:
            access.grant(collection.space, publisher, Grant.Role.CONTRIBUTE, by=None, reason=_("publishes guidance"))


@transaction.atomic
def write(*, title: str, summary: str, body: str, by: Viewer) -> Document:
    """Begin a document as a draft on the publisher's own desk."""
    require(can_write(by))
    base = slugify(title)[:70] or "document"
    slug, number = base, 1
    while Document.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    document = Document.objects.create(space_id=by.desk_id, slug=slug, title=title, summary=summary, publisher_id=by.organisation_audience_id)
    _add_version(document, body=body, note="", by=by)
    record("document.written", document, by=by)
    return document


@transaction.atomic
def revise(document: Document, *, title: str, summary: str, body: str, note: str, by: Viewer, seen: int | None = None) -> Version:
    """Add the next version. The same text as the last one adds nothing.

    `seen` is the number of the version that was revised; raises Conflict when somebody has added another since.
    """
    require(can_publish(by, document))
    document = lock(document, "publisher", "space")
    if seen is not None and (newest := document.newest).number != seen:
        raise Conflict(_("%(who)s added version %(n)d meanwhile. Read it, then save again.") % {"who": newest.written_by, "n": newest.number})
    document.title, document.summary, document.changed_at = title, summary, timezone.now()
    document.save(update_fields=["title", "summary", "changed_at"])
    last = document.versions.first()
    if last and last.sha256 == Version.digest(body):
        _index(document, last)
        return last
    version = _add_version(document, body=body, note=note, by=by)
    record("document.revised", document, by=by, number=version.number)
    return version


def _add_version(document: Document, *, body: str, note: str, by: Viewer) -> Version:
    if not body.strip():
        raise Refused(_("The document has no text yet."), field="body")
    last = document.versions.first()
    version = Version.objects.create(
        space_id=document.space_id, document=document, number=last.number + 1 if last else 1, body=body,
        sha256=Version.digest(body), note=note, written_by_id=by.audience_id,
    )  # fmt: skip
    _index(document, version)
    return version


def _index(document: Document, version: Version) -> None:
    index(document, kind="document", title=document.title, detail=document.summary, body=version.body)


@transaction.atomic
def consult(document: Document, *, by: Viewer) -> Document:
    """Open a draft to members' comments until the clock that the consultation policy sets runs out."""
    require(can_publish(by, document))
    if document.state != Document.State.DRAFT:
        raise Refused(_("Only a draft can go into consultation."))
    document.state = Document.State.CONSULTATION
    _move(document, Collection.Reach.CONSULTATION)
    label = _("Consultation on “%(title)s” ends") % {"title": document.title}
    clocks.start(CONSULTATION_END, document, owed_by_id=by.organisation_audience_id, label=label)
    record("document.consulted", document, by=by)
    return document


@transaction.atomic
def publish(document: Document, *, reach: str, review_on: date | None, by: Viewer) -> Document:
    """Put a document on the members' or the public shelf; from then on it is read there and nowhere else."""
    require(can_publish(by, document))
    if reach not in (Collection.Reach.MEMBERS, Collection.Reach.PUBLIC):
        raise Refused(_("Choose who may read it."), field="reach")
    if review_on and review_on <= timezone.localdate():
        raise Refused(_("Choose a review date in the future."), field="review_on")
    clocks.stop(CONSULTATION_END, document, outcome=Clock.Outcome.MET)
    document.state = Document.State.PUBLISHED
    document.published_at = document.published_at or timezone.now()
    document.review_on = review_on
    _move(document, reach)
    record("document.published", document, by=by, reach=reach)
    return document


def _move(document: Document, reach: str) -> None:
    collection = Collection.objects.get(reach=reach)
    document.space_id, document.changed_at = collection.space_id, timezone.now()
    document.save()
    document.versions.update(space_id=collection.space_id)
    Comment.objects.filter(version__document=document).update(space_id=collection.space_id)
    _index(document, document.newest)


@transaction.atomic
def comment(document: Document, *, body: str, by: Viewer) -> Comment:
    """Say something of the version that is in consultation."""
    require(can_comment(by, document))
    if not body.strip():
        raise Refused(_("Write something first."), field="body")
    version = document.newest
    made = Comment.objects.create(space_id=document.space_id, version=version, author_id=by.audience_id, body=body)
    record("document.commented", document, by=by, number=version.number, publisher=document.publisher_id)
    return made
