"""Policies are published and accepted."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, not_gone_by, require
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.dates import long_day
from coalition.locks import one_at_a_time
from coalition.members.actions.organisations import batched, follow_standing, follow_standing_of, hold_still
from coalition.members.models import Acceptance, Organisation, Policy

# Members have at least so long to accept a new version before standing asks for it.
LEAST_TIME = timedelta(days=14)


@transaction.atomic
def publish_policy(kind: str, *, title: str, body: str, in_force_on: date, accept_by: date, by: Viewer) -> Policy:
    """Publish the next version of a text that members accept. From the day after `accept_by` on standing asks for it; every member is told now.

    Raises NotAllowed, and Refused for days gone by or too little time.
    """
    require(by.may("keep_register"))
    if kind not in Policy.Kind.values:
        raise Refused(_("Choose which text it is."), field="kind")
    not_gone_by(in_force_on, "in_force_on")
    if accept_by < max(in_force_on, timezone.localdate() + LEAST_TIME):
        raise Refused(_("Members have at least %(n)d days to accept it.") % {"n": LEAST_TIME.days}, field="accept_by")
    one_at_a_time("members.policy")
    last = Policy.objects.filter(kind=kind).order_by("-version").first()
    if last and (in_force_on < last.in_force_on or accept_by < last.accept_by):
        said = _("It does not overtake version %(n)d, in force from %(day)s.") % {"n": last.version, "day": long_day(last.in_force_on)}
        raise Refused(said, field="in_force_on")
    policy = Policy.objects.create(
        kind=kind, version=last.version + 1 if last else 1, title=title.strip(), body=body.strip(), in_force_on=in_force_on, accept_by=accept_by
    )
    record("policy.published", policy, by=by, space=by.desk_id, title=str(policy), day=accept_by.isoformat())
    return policy


def standing_follows_policies() -> int:
    """Write ahead, for every member, the day from which standing asks for a new version; returns for how many. Called by the reader of the event."""
    ids = list(Organisation.objects.filter(category__is_member=True).order_by("pk").values_list("pk", flat=True))
    for few in batched(ids, 200):
        follow_standing_of(few)
    return len(ids)


@transaction.atomic
def accept_policies(organisation: Organisation, *, signatory: str, by: Viewer | None, signed: list[Policy] | None = None) -> int:
    """Accept, for an organisation, the policies in force that it has not accepted, or those that were `signed`; returns how many."""
    require(by is None or (by.organisation_id == organisation.pk and by.may("own_organisation")))
    if not signatory.strip():
        raise Refused(_("Who signs for this?"), field="signatory")
    hold_still(organisation)
    if by is not None and (left := organisation.leaving()) and left.takes_effect_on <= timezone.localdate():
        raise Refused(_("It resigned: there is nothing to accept before it comes back."))
    count = 0
    for policy in organisation.policies_to_accept() if signed is None else signed:
        Acceptance.objects.create(policy=policy, organisation=organisation, signatory=signatory.strip()[:250])
        record("policy.accepted", organisation, by=by, space=organisation.office_id, title=str(policy), signatory=signatory.strip()[:250])
        count += 1
    follow_standing(organisation)
    return count
