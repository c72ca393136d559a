"""A notice as a letter, to read, to copy into a platform's own form and to print; and its translation."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition.access.errors import told_at
from enforcement.notices import actions
from enforcement.notices.forms import TranslationForm
from enforcement.notices.letters import Letter, language_of
from enforcement.notices.permissions import can_translate
from enforcement.notices.views import visible_notice
from enforcement.shapes.rules import LANGUAGES


def letter(request, reference, status=200, form=None):
    notice = visible_notice(request, reference)
    asked = request.GET.get("language")
    chosen = Letter(notice, asked if asked in LANGUAGES else language_of(notice))
    if request.GET.get("format") == "pdf":
        who = f"{request.viewer.person_name}, {request.viewer.organisation_name}"
        response = HttpResponse(chosen.pdf(at=timezone.now(), by=who), content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="{notice.reference}-{chosen.language}.pdf"'
        return response
    context = {
        "notice": notice,
        "letter": chosen,
        "languages": LANGUAGES.items(),
        "form": form or (TranslationForm(initial={"language": chosen.language}) if can_translate(request.viewer, notice) else None),
    }
    return render(request, "enforcement/notices/letter.html", context, status=status)


@require_POST
def translate(request, reference):
    notice, form = visible_notice(request, reference), TranslationForm(request.POST)
    if form.is_valid():
        with told_at(form):
            made = actions.translate(notice, by=request.viewer, **form.cleaned_data)
            messages.success(request, _("The letter has the translation; the original binds."))
            return redirect(f"{notice.get_absolute_url()}letter/?language={made.language}")
    return letter(request, reference, status=422, form=form)
