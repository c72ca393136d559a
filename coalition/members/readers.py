from django.utils.translation import gettext as _plain
from django.utils.translation import gettext_lazy as _

from coalition.activity.registry import verb


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


def _inviter(event):
    from coalition.members.models import Invitation

    return [Invitation.objects.values_list("invited_by_id", flat=True).get(pk=event.subject_id)]


verb("organisation.founded", _("was entered in the register"))
verb("organisation.admitted", _("gave a membership term until {until}"), tells=lambda event: [event.data.get("members")])
verb("organisation.suspended", _("suspended the membership from {day}: {reason}"), tells=lambda event: [event.data["members"]])
verb("organisation.reinstated", _("reinstated the membership: {reason}"), tells=lambda event: [event.data["members"]])
verb("organisation.resigned", _("resigned from {day}: {reason}"), tells=lambda event: [event.data["members"]])
verb("category.held", _("put the category {name} on hold ({effect}): {reason}"), tells=lambda event: [event.data.get("members")])
verb("category.released", _("ended the hold on the category {name}: {reason}"), tells=lambda event: [event.data.get("members")])
verb("team.joined", _("put {who} on the team {team}"), tells=lambda event: [event.data["members"]])
verb("team.left", _("took {who} off the team {team}"), tells=lambda event: [event.data["members"]])
verb("seat.given", _("gave {who} a seat as {role}"))
verb("seat.ended", _("ended the seat of {who}"))
verb("seat.role_changed", _("made {who} {after} (was {before})"))
verb("seat.offered", _("invited {email} to a seat as {role}"), writes=_invitation)
verb("seat.offer_revoked", _("took back the invitation of {email}"))
verb("seat.taken", _("took the seat offered"), tells=_inviter)
verb("policy.accepted", _("accepted the {title}, signed {signatory}"))
verb("space.glass_broken", _("broke the glass and may read this for one hour: {reason}"), tells=lambda event: [event.data["owner"]])
verb("space.shared", _("let {who} in ({role})"), tells=lambda event: [event.data["audience"]])
verb("space.withdrawn", _("ended the access of {who}"))
verb("space.marked", _("changed the mark from TLP:{before} to TLP:{after}"))
