"""What a platform's form asks for, and how notices to it read: from now on, never of what was sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Conflict, Refused, require
from coalition.access.locking import lock
from coalition.access.viewer import Viewer
from coalition.activity.actions import record
from coalition.members.actions import tell_office
from coalition.printing import slots
from enforcement.market.models import Platform
from enforcement.shapes import rules
from enforcement.shapes.models import Dated, Field, Ground, PlatformPolicy, Reasons, Wording
from enforcement.shapes.permissions import can_keep_form

MOST_FIELDS = 40


@transaction.atomic
def ask_for(
    platform: Platform, *, name: str, label: str, kind: str, source: str, label_zh: str = "", hint: str = "", most: int | None = None,
    options: Sequence[rules.Option] = (), grounds: Sequence[str] = (), is_needed: bool = False, needed_with: str = "",
    needed_codes: Sequence[str] = (), place: int | None = None, by: Viewer,
) -> Field:  # fmt: skip
    """Let a platform's form ask for something from now on; a field of the same name gives way to it.

    Raises NotAllowed, and Refused, at its field, for a choice without codes, codes twice, or a condition on a field or code that is not there.
    """
    require(can_keep_form(by, platform))
    platform = lock(platform)
    form = {field.name: field for field in Field.objects.in_force().filter(platform=platform)}
    if kind not in Field.Kind.values:
        raise Refused(_("Choose what kind of field it is."), field="kind")
    if kind == rules.CHOICE and not options:
        raise Refused(_("Write its codes, a line each."), field="options")
    if len({one.code for one in options}) != len(options):
        raise Refused(_("A code stands there twice."), field="options")
    if bool(needed_with) != bool(needed_codes):
        raise Refused(_("Name both the field and its codes, or neither."), field="needed_with")
    if needed_with:
        other = form.get(needed_with)
        if other is None or other.kind != rules.CHOICE or needed_with == name:
            raise Refused(_("The form has no field of codes of this name."), field="needed_with")
        if unknown := set(needed_codes) - {one["code"] for one in other.options}:
            raise Refused(_("%(code)s is none of its codes.") % {"code": sorted(unknown)[0]}, field="needed_codes")
    hanging = [field for field in form.values() if field.needed_with == name]
    codes = {one.code for one in options} if kind == rules.CHOICE else set()
    if lost := [field for field in hanging if not set(field.needed_codes) <= codes]:
        said = _("“%(other)s” is needed by codes that would be gone: change that first.")
        raise Refused(said % {"other": lost[0].label}, field="options" if kind == rules.CHOICE else "kind")
    before, now = form.get(name), timezone.now()
    if before is None and len(form) >= MOST_FIELDS:
        raise Refused(_("A form asks for %(n)d things at most.") % {"n": MOST_FIELDS})
    if before:
        end_dated(before, by, now)
    field = Field.objects.create(
        platform=platform, name=name, label=label.strip(), label_zh=label_zh.strip(), kind=kind, hint=hint.strip(), most=most,
        options=[{"code": one.code, "label": one.label, "label_zh": one.label_zh, "grounds": list(one.grounds)} for one in options],
        grounds=list(grounds), is_needed=is_needed, needed_with=needed_with, needed_codes=list(needed_codes), source=source.strip(),
        place=place if place is not None else before.place if before else 1 + max((one.place for one in form.values()), default=0),
        set_by_id=by.audience_id, since=now,
    )  # fmt: skip
    say_of_platform("platform.asks", platform, by=by, label=field.label)
    return field


@transaction.atomic
def ask_no_more(field: Field, *, by: Viewer) -> Field:
    """Let a form ask for something no more. Raises NotAllowed, Conflict where it does not, and Refused while another field hangs on it."""
    require(can_keep_form(by, field.platform))
    platform = lock(field.platform)
    field = lock(field)
    if field.until is not None:
        raise Conflict(_("The form does not ask for it any more."))
    if hanging := Field.objects.in_force().filter(platform=platform, needed_with=field.name).first():
        raise Refused(_("“%(other)s” is needed by what this says: end that first.") % {"other": hanging.label})
    end_dated(field, by, timezone.now())
    say_of_platform("platform.asks_no_more", platform, by=by, label=field.label)
    return field


@transaction.atomic
def word(platform: Platform, *, language: str, body: str, by: Viewer) -> Wording | None:
    """Write how notices to a platform read in a language from now on; an empty text is the standard one again, and None comes back.

    Raises NotAllowed, and Refused for a language that is not written here and a place that does not exist.
    """
    require(can_keep_form(by, platform))
    platform = lock(platform)
    if language not in rules.LANGUAGES:
        raise Refused(_("Choose a language."), field="language")
    in_words, now = rules.LANGUAGES[language], timezone.now()
    running = Wording.objects.in_force().filter(platform=platform, language=language).first()
    if not body.strip():
        if running:
            end_dated(running, by, now)
            say_of_platform("platform.standard_wording", platform, by=by, language=in_words)
        return None
    body = slots.check(body, fields=rules.LINES, parts=rules.PARTS)
    if lacking := [f"{{{name}}}" for name in rules.NEEDED if f"{{{name}}}" not in body]:
        raise Refused(_("A notice is none without %(what)s: leave those in.") % {"what": ", ".join(lacking)}, field="body")
    if running and running.body == body:
        return running
    if running:
        end_dated(running, by, now)
    wording = Wording.objects.create(platform=platform, language=language, body=body, set_by_id=by.audience_id, since=now)
    say_of_platform("platform.worded", platform, by=by, language=in_words)
    return wording


@transaction.atomic
def give_reasons(platform: Platform, *, means: str, clauses: dict[str, str], by: Viewer, redress: str = "") -> Reasons:
    """Say what all statements of reasons of a platform say, for what it decides from now on.

    Raises NotAllowed, and Refused, at its field, for means that are none and a ground that does not exist.
    """
    require(can_keep_form(by, platform))
    platform = lock(platform)
    if means not in Reasons.Means.values:
        raise Refused(_("Choose whether automated means are used."), field="means")
    if unknown := set(clauses) - set(Ground.values):
        raise Refused(_("“%(what)s” is no ground.") % {"what": sorted(unknown)[0]}, field="clauses")
    kept = {ground: text.strip() for ground, text in clauses.items() if text.strip()}
    running, now = Reasons.objects.in_force().filter(platform=platform).first(), timezone.now()
    if running and (running.means, running.clauses, running.redress) == (means, kept, redress.strip()):
        return running
    if running:
        end_dated(running, by, now)
    made = Reasons.objects.create(platform=platform, means=means, clauses=kept, redress=redress.strip(), set_by_id=by.audience_id, since=now)
    say_of_platform("platform.reasons", platform, by=by)
    return made


@transaction.atomic
def link_policy(platform: Platform, *, title: str, address: str, by: Viewer) -> PlatformPolicy:
    """Link a document by which a platform decides. Raises NotAllowed, and Refused for one that is linked already, or too many."""
    require(can_keep_form(by, platform))
    platform = lock(platform)
    linked = PlatformPolicy.objects.in_force().filter(platform=platform)
    if linked.filter(address=address).exists():
        raise Refused(_("This document is linked already."), field="address")
    if linked.count() >= MOST_FIELDS:
        raise Refused(_("At most %(n)d documents are linked.") % {"n": MOST_FIELDS})
    made = PlatformPolicy.objects.create(platform=platform, title=title.strip(), address=address, set_by_id=by.audience_id)
    say_of_platform("platform.policy_linked", platform, by=by, title=made.title)
    return made


@transaction.atomic
def unlink_policy(policy: PlatformPolicy, *, by: Viewer) -> PlatformPolicy:
    """Link a document no more; that it was stays. Raises NotAllowed, and Conflict where it is not."""
    require(can_keep_form(by, policy.platform))
    policy = lock(policy, "platform")
    if policy.until is not None:
        raise Conflict(_("It is linked no more."))
    end_dated(policy, by, timezone.now())
    say_of_platform("platform.policy_unlinked", policy.platform, by=by, title=policy.title)
    return policy


def say_of_platform(verb: str, platform: Platform, *, by: Viewer, **data) -> None:
    """Record what was done on the desk of who did it, and in the office of the platform's organisation where another did it."""
    record(verb, platform, by=by, space=by.desk_id, name=platform.name, **data)
    if platform.organisation and platform.organisation_id != by.organisation_id:
        tell_office(verb, platform.organisation, by=by, name=platform.name, **data)


def end_dated(row: Dated, by: Viewer, at: datetime) -> None:
    """One instant for what ends and what begins: none lies between."""
    row.until, row.ended_by_id = at, by.audience_id
    row.save(update_fields=["until", "ended_by"])
