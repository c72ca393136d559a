"""Which of the demo's listings are meant."""

from enforcement.market.models import Listing


def own(viewer, **which):
    return Listing.objects.filter(space_id=viewer.desk_id, **which)


def first(listings, count):
    return Listing.objects.filter(pk__in=listings.order_by("pk").values("pk")[:count])
