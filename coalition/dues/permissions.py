"""In plain words: the treasury keeps every account; an organisation's owner and finance seats read and pay their own."""

from coalition.access.viewer import Viewer


def can_keep_accounts(viewer: Viewer) -> bool:
    return viewer.may("keep_accounts")


def can_see_dues(viewer: Viewer, organisation_id: int) -> bool:
    return can_keep_accounts(viewer) or (viewer.organisation_id == organisation_id and viewer.may("see_dues"))


def can_change_billing(viewer: Viewer, organisation_id: int) -> bool:
    return can_see_dues(viewer, organisation_id)
