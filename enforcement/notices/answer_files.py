"""The pages on which a platform takes its open items out and brings its answers in."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _later
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from coalition.access.errors import require
from coalition.brought import views as brought
from coalition.lists import export
from enforcement.notices import answering
from enforcement.notices.models import AnswerFile
from enforcement.notices.permissions import can_answer_notices

# What the file is filled in under; it comes back as it went out.
TO_ANSWER = {
    "Notice": lambda item: item.notice.reference,
    "Item": lambda item: item.key,
    "Listing": lambda item: item.address,
    "Title": lambda item: item.title,
    "Seller": lambda item: item.seller_name,
    "Rights holder": lambda item: item.notice.principal,
    "Ground": lambda item: item.notice.get_ground_display(),
    "Due": lambda item: item.notice.due_at,
    "Answer": lambda item: "",
    "Reason code": lambda item: "",
    "Reason": lambda item: "",
    "Territories": lambda item: "",
}


class AnswerFileForm(forms.Form):
    file = forms.FileField(
        label=_later("Answers"),
        help_text=_later(
            "XLSX or CSV with the columns item (its key or address) and answer; notice, reason code, reason and territories may be there."
            " Answers: removed, disabled (with its territories), seller_removed, rejected and no_action (with a reason code), gone, duplicate,"
            " clarification (with its question as the reason)."
        ),
    )


def answer_files(request):
    require(can_answer_notices(request.viewer))
    form = AnswerFileForm(request.POST or None, request.FILES or None)
    return brought.files(request, AnswerFile, form=form, bring=answering.bring, template="enforcement/notices/answer_files.html")


def open_items(request):
    """What is still to be answered, as a file to fill in."""
    require(can_answer_notices(request.viewer))
    chosen = request.GET.get("export", "xlsx")
    if chosen not in ("csv", "xlsx"):
        raise Http404
    return export(answering.open_items(request.viewer), TO_ANSWER, name="to-answer", format=chosen, viewer=request.viewer)


def _file(request, pk) -> AnswerFile:
    require(can_answer_notices(request.viewer))
    return get_object_or_404(AnswerFile.objects.visible_to(request.viewer), pk=pk)


def answer_file(request, pk):
    return brought.file(request, _file(request, pk), template="enforcement/notices/answer_file.html", name="answers")


@require_POST
def enter_answers(request, pk):
    count, refused = answering.enter(_file(request, pk), by=request.viewer)
    messages.success(request, ngettext("%(n)d item was answered.", "%(n)d items were answered.", count) % {"n": count})
    if refused:
        said = ngettext("%(n)d row could not be written any more: look at it.", "%(n)d rows could not be written any more: look at them.", refused)
        messages.warning(request, said % {"n": refused})
    return redirect("notices:answer_file", pk)
