from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _plain
from django.utils.translation import gettext_lazy as _

from coalition.activity.registry import everybody_in, reader, verb
from coalition.dates import long_day


def _invitation(event):
    from coalition.members.links import address_of
    from coalition.members.models import Invitation

    invitation = Invitation.objects.open().select_related("organisation").filter(pk=event.subject_id).first()
    if invitation is None:
        return {}
    subject = _plain("%(who)s invites you") % {"who": invitation.organisation}
    text = _plain(
        "%(who)s offers you a seat as %(role)s.\n\n%(address)s\n\nThe link is for this address alone, works once, and ends on %(day)s. "
        "If you expected nothing of the kind, leave it alone."
    ) % {
        "who": invitation.organisation, "role": invitation.get_role_display(), "address": address_of(invitation),
        "day": f"{invitation.expires_at:%d %B %Y}",
    }  # fmt: skip
    return {invitation.email: (subject, text)}


def _to_owners(subject, text):
    """A letter to the organisation's owners, for what is told by post too."""

    def letters(event):
        from coalition.members.models import Seat

        owners = Seat.objects.owners().filter(organisation=event.subject_id).values_list("person__email", flat=True)
        values = {
            "until": "",
            **event.data,
            "day": long_day(date.fromisoformat(event.data["day"])),
            "address": settings.SITE_URL + reverse("members:resign"),
        }
        return {address: (str(subject) % values, str(text) % values) for address in owners}

    return letters


def _inviter(event):
    """Who invited; where nobody did, because somebody came by the mail domain, the owners."""
    from coalition.members.models import Invitation, Seat

    invitation = Invitation.objects.get(pk=event.subject_id)
    if invitation.invited_by_id or invitation.domain_id is None:
        return [invitation.invited_by_id]
    owners = Seat.objects.owners().filter(organisation=invitation.organisation_id)
    return list(owners.values_list("audience_id", flat=True))


verb("organisation.founded", _("entered the organisation in the register"))
verb("organisation.admitted", _("gave a membership term until {until}"), tells=lambda event: [event.data.get("members")])
verb("organisation.term_given", _("gave the term until {until} by hand, {how}: {reason}"), tells=lambda event: [event.data["members"]])
verb("organisation.suspended", _("suspended the membership from {day}: {reason}"), tells=lambda event: [event.data["members"]])
verb("organisation.owner_invited", _("invited somebody to be its owner"), tells=lambda event: [event.data["members"]])
verb("organisation.reinstated", _("reinstated the membership: {reason}"), tells=lambda event: [event.data["members"]])
verb("organisation.resigned", _("resigned with effect from {day}: {reason}"), tells=lambda event: [event.data["members"]], writes=_to_owners(
    _("The resignation of %(who)s"),
    _("The resignation of %(who)s is entered, with effect from %(day)s.\n\nReason: %(reason)s\n\n%(until)s\n\nWhat comes of it for "
      "dues, votes and seats:\n%(address)s"),
))  # fmt: skip
verb("organisation.stays", _("took the resignation back: {reason}"), tells=lambda event: [event.data["members"]], writes=_to_owners(
    _("%(who)s stays a member"),
    _("The resignation of %(who)s, that was to take effect on %(day)s, is taken back.\n\nReason: %(reason)s\n\n%(address)s"),
))  # fmt: skip
verb("register.resigned", _("entered the resignation of {who}, with effect from {day}: {reason}"), tells=lambda event: [event.data["staff"]])
verb("register.stays", _("took the resignation of {who} back: {reason}"), tells=lambda event: [event.data["staff"]])
verb("category.held", _("put the category {name} on hold from {day} ({effect}): {reason}"), tells=lambda event: [event.data.get("members")])
verb("category.released", _("ended the hold on the category {name}: {reason}"), tells=lambda event: [event.data.get("members")])
verb("category.opened", _("opened the category {name} to applicants from {day}: {reason}"))
verb("category.amended", _("amended what is said of the category {name} (was {before}; {shown})"))
verb("category.gives", _("lets {who} in the category {name} from {day}: {what}. {reason}"), tells=lambda event: [event.data.get("members")])
verb("category.gives_no_more", _("lets {who} in the category {name} no more from {day}: {what}. {reason}"),
     tells=lambda event: [event.data.get("members")])  # fmt: skip
verb("tier.added", _("added the tier {tier} to the category {name} (seats: {seats})"))
verb(
    "tier.amended", _("amended the tier {before}: now {tier}, seats: {seats} (were {were}): {reason}"),
    tells=lambda event: [event.data.get("members")],
)  # fmt: skip
verb("tier.closed", _("closed the tier {tier} of {name} to new members from {day}: {reason}"))
verb("tier.reopened", _("opened the tier {tier} of {name} again: {reason}"))
verb("team.joined", _("put {who} on the team {team}"), tells=lambda event: [event.data["members"]])
verb("team.left", _("took {who} off the team {team}"), tells=lambda event: [event.data["members"]])
verb("seat.given", _("gave {who} a seat as {role}"))
verb("seat.ended", _("ended the seat of {who}"))
verb("seat.role_changed", _("made {who} {after} (was {before})"), tells=lambda event: [event.data.get("told")])
verb("seat.offered", _("invited {email} to a seat as {role}"), writes=_invitation)
verb("seat.offer_revoked", _("took back the invitation of {email}"))
verb("seat.taken", _("took the seat offered"), tells=_inviter)
verb("seat.handed_over", _("handed over what {who} looked after to {deputy}: {what}"),
     tells=lambda event: [event.data.get("told"), event.data.get("giver")])  # fmt: skip
verb("ownership.offered", _("offered {who} the ownership"), tells=lambda event: [event.data.get("taker")])
verb("ownership.taken", _("took the ownership from {before}"), tells=lambda event: [event.data.get("giver")])
verb("ownership.refused", _("let the offer of the ownership go"), tells=lambda event: [event.data.get("other")])
verb("domain.claimed", _("claimed the mail domain {domain}"))
verb("domain.proved", _("proved the mail domain {domain} ({how})"))
verb("domain.ended", _("gave up the mail domain {domain}"))
verb("mandate.given", _("appointed {agent} to act for {principal} until {until}"), tells=lambda event: [event.data.get("told")])
verb("mandate.seated", _("let {who} act under the mandate"), tells=lambda event: [event.data.get("told")])
verb("mandate.unseated", _("took {who} off the mandate"), tells=lambda event: [event.data.get("told")])
verb("mandate.ended", _("ended the mandate of {agent}: {reason}"), tells=lambda event: [event.data.get("told")])
verb("policy.published", _("published the {title}, to be accepted by {day}"))
verb("policy.to_accept", _("asks for the acceptance of the {title} by {day}"), tells=lambda event: [event.data.get("members")])
verb("policy.accepted", _("accepted the {title}, signed {signatory}"), done_by="{signatory}")
verb("space.glass_broken", _("broke the glass and may read this for one hour: {reason}"), tells=lambda event: [event.data["owner"]])
verb("space.shared", _("let {who} in ({role})"), tells=lambda event: [event.data["audience"]])
verb("space.withdrawn", _("ended the access of {who}"))
verb("space.marked", _("changed the mark from TLP:{before} to TLP:{after}"), tells=everybody_in)


@reader("policies")
def standing_follows_policies(event) -> None:
    """A new version is asked of every member: in its office, and in its standing from the day it has to be accepted."""
    if event.verb != "policy.published":
        return
    from coalition.activity.actions import record
    from coalition.activity.models import Event
    from coalition.members.actions.policies import standing_follows_policies as follow
    from coalition.members.models import Organisation

    follow()
    told = set(Event.objects.filter(verb="policy.to_accept", data__policy=event.subject_id).values_list("subject_id", flat=True))
    for organisation in Organisation.objects.filter(category__is_member=True).exclude(pk__in=told).iterator():
        data = {"title": event.data["title"], "day": event.data["day"], "policy": event.subject_id, "members": organisation.audience_id}
        record("policy.to_accept", organisation, by=None, space=organisation.office_id, **data)
