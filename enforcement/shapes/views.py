"""What a platform's form asks for and how notices to it read: for those who keep it, and for who fills it in."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition.access.acting import acted
from coalition.access.errors import require
from enforcement.market.models import Platform
from enforcement.shapes import actions, rules
from enforcement.shapes.forms import FieldForm, PolicyForm, ReasonsForm, WordingForm
from enforcement.shapes.models import Field, Ground, PlatformPolicy, Reasons, Wording
from enforcement.shapes.permissions import can_keep_form
from enforcement.shapes.words import WORDS


def visible_platform(request, slug) -> Platform:
    """A platform that this viewer may read about; 404 for what only stands for short links."""
    require(request.viewer.may("see_enforcement"))
    return get_object_or_404(Platform.objects.exclude(slug="alias"), slug=slug)


def form(request, slug, status=200, field_form=None, wording_form=None, policy_form=None, reasons_form=None):
    platform = visible_platform(request, slug)
    fields = list(Field.objects.filter(platform=platform).select_related("set_by", "ended_by"))
    for field in fields:
        field.on_grounds = [Ground(name).label for name in field.grounds]
    own = {wording.language: wording for wording in Wording.objects.in_force().filter(platform=platform)}
    languages = []
    for language, name in rules.LANGUAGES.items():
        body = own[language].body if language in own else WORDS[language]["standard"]
        drawn = WordingForm(initial={"language": language, "body": body}, auto_id=f"id_{language}_%s")
        if wording_form is not None and wording_form.data.get("language") == language:
            drawn = wording_form
        languages.append({"code": language, "name": name, "is_own": language in own, "form": drawn, "body": body})
    changed = get_object_or_404(Field.objects.in_force(), platform=platform, name=request.GET["field"]) if request.GET.get("field") else None
    reasons = Reasons.objects.in_force().filter(platform=platform).first()
    context = {
        "platform": platform,
        "reasons": reasons,
        "clauses": [(Ground(ground).label, text) for ground, text in reasons.clauses.items()] if reasons else [],
        "reasons_form": reasons_form or ReasonsForm(initial=ReasonsForm.written(reasons) if reasons else {}, auto_id="id_reasons_%s"),
        "fields": [field for field in fields if field.until is None],
        "past": sorted((field for field in fields if field.until), key=lambda field: field.until, reverse=True)[:50],
        "languages": languages,
        "can_keep": can_keep_form(request.viewer, platform),
        "field_form": field_form or FieldForm(initial=_as_written(changed) if changed else {}),
        "changed": changed,
        "policies": PlatformPolicy.objects.in_force().filter(platform=platform),
        "policy_form": policy_form or PolicyForm(auto_id="id_policy_%s"),
        "places": [f"{{{name}}}" for name in (*rules.LINES, *rules.PARTS)],
    }
    return render(request, "enforcement/shapes/form.html", context, status=status)


def _as_written(field):
    names = ("label", "label_zh", "name", "kind", "most", "hint", "grounds", "is_needed", "needed_with", "source")
    written = {name: getattr(field, name) for name in names}
    return written | {"options": rules.write_options(field.wanted.options), "needed_codes": ", ".join(field.needed_codes)}


def _change(request, slug, action, name, filled, said):
    """One verb with its form: done, or the page again with what was typed."""
    if acted(request, action, visible_platform(request, slug), filled, said):
        return redirect("platforms:form", slug)
    return form(request, slug, status=422, **{name: filled})


@require_POST
def ask(request, slug):
    return _change(request, slug, actions.ask_for, "field_form", FieldForm(request.POST), _("The form asks for it from now on."))


@require_POST
def ask_no_more(request, slug, pk):
    field = get_object_or_404(Field.objects.select_related("platform"), pk=pk, platform=visible_platform(request, slug))
    actions.ask_no_more(field, by=request.viewer)
    messages.success(request, _("The form asks for it no more."))
    return redirect("platforms:form", slug)


@require_POST
def link(request, slug):
    return _change(request, slug, actions.link_policy, "policy_form", PolicyForm(request.POST, auto_id="id_policy_%s"), _("The document is linked."))


@require_POST
def unlink(request, slug, pk):
    policy = get_object_or_404(PlatformPolicy.objects.select_related("platform"), pk=pk, platform=visible_platform(request, slug))
    actions.unlink_policy(policy, by=request.viewer)
    messages.success(request, _("The document is linked no more."))
    return redirect("platforms:form", slug)


@require_POST
def word(request, slug):
    return _change(request, slug, actions.word, "wording_form", WordingForm(request.POST), _("Notices that are sent from now on read so."))


@require_POST
def reasons(request, slug):
    filled = ReasonsForm(request.POST, auto_id="id_reasons_%s")
    return _change(request, slug, actions.give_reasons, "reasons_form", filled, _("Statements of reasons say so from now on."))
