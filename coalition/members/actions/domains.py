"""An organisation proves a mail domain, and whoever has an address there asks for a seat by mail."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, reason_given, require
from coalition.access.locking import lock
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record
from coalition.members import dns, domains
from coalition.members.actions.organisations import hold_still
from coalition.members.actions.seats import invite
from coalition.members.models import MailDomain, Organisation, Seat
from coalition.members.standing import facts_of, standing

ROLES = (Seat.Role.MEMBER, Seat.Role.READER)


@transaction.atomic
def claim_domain(organisation: Organisation, *, domain: str, role: str, by: Viewer) -> MailDomain:
    """Say that a mail domain is one's own; a TXT record or the staff then prove it.

    Raises NotAllowed, and Refused for a name that is everybody's, another's, or made to look like another's.
    """
    require(by.organisation_id == organisation.pk and by.may("own_organisation"))
    try:
        name = domains.clean(domain)
    except domains.Refusal as refusal:
        raise Refused(str(refusal), field="domain") from refusal
    if role not in ROLES:
        raise Refused(_("By mail alone people become members or readers."), field="role")
    hold_still(organisation)
    with as_system("ask whether a mail domain is another’s"):
        proved = MailDomain.objects.filter(ended_at=None, proved_at__isnull=False).exclude(organisation=organisation)
        theirs = set(proved.values_list("domain", flat=True))
    if name in theirs or any(domains.looks_like(name, other) for other in theirs):
        # The same words for both: who has proved what is their business.
        raise Refused(_("%(name)s cannot be claimed: ask the coalition’s staff.") % {"name": name}, field="domain")
    if MailDomain.objects.filter(organisation=organisation, domain=name, ended_at=None).exists():
        raise Refused(_("%(name)s is claimed already.") % {"name": name}, field="domain")
    claimed = MailDomain.objects.create(
        space_id=organisation.office_id, organisation=organisation, domain=name, role=role, claimed_by_id=by.audience_id
    )
    record("domain.claimed", claimed, by=by, space=organisation.office_id, domain=name)
    return claimed


@transaction.atomic
def prove_domain(claimed: MailDomain, *, by: Viewer) -> MailDomain:
    """Look for the TXT record. Raises Refused while it is not there."""
    require(by.organisation_id == claimed.organisation_id and by.may("own_organisation"))
    name, text = claimed.record
    if text not in dns.txt(name):
        raise Refused(_("%(name)s has no TXT record “%(text)s” yet. Records take a while to be seen everywhere.") % {"name": name, "text": text})
    if _is_look_alike(claimed):
        # Asked only of whoever holds the domain, so that nobody learns by guessing where others write from.
        raise Refused(_("%(name)s cannot be taken for proved: ask the coalition’s staff.") % {"name": claimed.domain})
    return _proved(claimed, MailDomain.Proof.DNS, by=by)


def _used_by_others(claimed: MailDomain) -> dict[str, set[str]]:
    """The mail domains that people of other organisations write from, each with those organisations: nobody need have proved theirs."""
    with as_system("ask from where the people of others write"):
        seated = Seat.objects.filter(ends_at=None, mandate=None).exclude(organisation=claimed.organisation_id)
        used: dict[str, set[str]] = {}
        for email, name in seated.values_list("person__email", "organisation__name"):
            used.setdefault(email.rpartition("@")[2].lower(), set()).add(name)
    return {domain: names for domain, names in used.items() if domain not in domains.FREE}


def _is_look_alike(claimed: MailDomain) -> bool:
    """Whether it looks like a domain that people of others write from."""
    return any(domains.looks_like(claimed.domain, other) for other in _used_by_others(claimed))


def _whose_else(claimed: MailDomain) -> list[str]:
    """In words, for staff: who else writes from this domain, or from one that it looks like."""
    return [
        f"{', '.join(sorted(names))} ({domain})"
        for domain, names in sorted(_used_by_others(claimed).items())
        if domain == claimed.domain or domains.looks_like(claimed.domain, domain)
    ]


@transaction.atomic
def vouch_for_domain(organisation: Organisation, domain: str, *, reason: str, is_shared: bool = False, by: Viewer) -> MailDomain:
    """As staff: take a claimed domain for proved, saying on what ground.

    Raises NotAllowed, and Refused for what is not claimed, and, unless it `is_shared` knowingly, where people of others write from it or from
    one that it looks like: whoever has an address there could take a seat.
    """
    require(by.may("keep_register"))
    reason = reason_given(reason)
    with as_system("take a mail domain for proved"):
        claimed = (
            MailDomain.objects.select_related("organisation").filter(organisation=organisation, domain=domain.strip().lower(), ended_at=None).first()
        )
        if claimed is None:
            raise Refused(_("%(who)s has not claimed this domain.") % {"who": organisation}, field="domain")
        if not is_shared and (others := _whose_else(claimed)):
            said = _("Others write from there, or from a name like it: %(who)s. Whoever has an address there could take a seat here.")
            raise Refused(said % {"who": "; ".join(others[:10])}, field="is_shared")
        return _proved(claimed, MailDomain.Proof.STAFF, by=by, reason=reason)


def _proved(claimed: MailDomain, proof: str, *, by: Viewer, reason: str = "") -> MailDomain:
    claimed = lock(claimed, "organisation")
    if claimed.proved_at or claimed.ended_at:
        return claimed
    claimed.proved_at, claimed.proof = timezone.now(), proof
    try:
        with transaction.atomic():
            claimed.save(update_fields=["proved_at", "proof"])
    except IntegrityError:
        raise Refused(_("%(name)s cannot be claimed: ask the coalition’s staff.") % {"name": claimed.domain}) from None
    how = f"{claimed.get_proof_display()}{': ' if reason else ''}{reason[:200]}"
    record(
        "domain.proved",
        claimed,
        by=by,
        space=claimed.organisation.office_id,
        domain=claimed.domain,
        how=how,
    )
    return claimed


@transaction.atomic
def end_domain(claimed: MailDomain, *, by: Viewer) -> MailDomain:
    """Let nobody in by this domain any more; who sits here stays."""
    require(by.organisation_id == claimed.organisation_id and by.may("own_organisation"))
    if MailDomain.objects.filter(pk=claimed.pk, ended_at=None).update(ended_at=timezone.now()):
        claimed.invitations.filter(accepted_at=None, revoked_at=None).update(revoked_at=timezone.now())
        record("domain.ended", claimed, by=by, space=claimed.space_id, domain=claimed.domain)
    claimed.refresh_from_db()
    return claimed


def answer_wish_for_seat(email: str) -> bool:
    """Somebody asked, on the public page, for a seat where their mail address belongs. Whether that gives an invitation is told to the
    address alone; the page said the same before this was even asked.
    """
    name = email.strip().lower().rpartition("@")[2]
    with as_system("answer a wish for a seat by mail domain"):
        claimed = MailDomain.objects.select_related("organisation__category").filter(domain=name, ended_at=None, proved_at__isnull=False).first()
        if claimed is None or not standing(facts_of(claimed.organisation), timezone.localdate()).is_good:
            return False
        if claimed.organisation.invitations.open().filter(email=email.strip().lower()).exists():
            # Somebody who may invite has asked them already: that stands as it is.
            return False
        try:
            invite(claimed.organisation, email=email, role=claimed.role, by=None, domain=claimed)
        except Refused:
            # They sit there already, or no seat is free: whoever manages the seats knows.
            return False
    return True
