from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition.access.errors import Conflict, Refused, require
from coalition.clocks.models import Clock
from groups.library import actions
from groups.library.forms import CommentForm, DocumentForm, PublishForm, RevisionForm
from groups.library.models import Collection, Comment, Document
from groups.library.permissions import can_comment, can_publish, can_write


def visible_document(request, slug):
    return get_object_or_404(Document.objects.visible_to(request.viewer).select_related("publisher", "space"), slug=slug)


def document_list(request):
    documents = Document.objects.visible_to(request.viewer).for_list()
    if (state := request.GET.get("state")) in Document.State.values:
        documents = documents.filter(state=state)
    context = {"documents": documents[:200], "states": Document.State, "can_write": can_write(request.viewer)}
    return render(request, "groups/library/list.html", context)


@login_not_required
def guidance(request):
    """What the public may read, for everybody."""
    shelf = (
        Document.objects.visible_to(request.viewer)
        .for_list()
        .filter(space_id__in=Collection.objects.filter(reach=Collection.Reach.PUBLIC).values("space_id"))
    )
    return render(request, "groups/library/guidance.html", {"documents": shelf[:200]})


@login_not_required
def public_document(request, slug):
    public = Document.objects.visible_to(request.viewer).select_related("publisher", "space")
    document = get_object_or_404(public, slug=slug, space__in=Collection.objects.filter(reach="public").values("space_id"))
    version = document.versions.select_related("written_by").first()
    return render(request, "groups/library/public_document.html", {"document": document, "version": version})


def document(request, slug):
    document = visible_document(request, slug)
    versions = list(document.versions.select_related("written_by"))
    number = request.GET.get("version", "")
    version = next((v for v in versions if str(v.number) == number), versions[0])
    comments = Comment.objects.visible_to(request.viewer).filter(version__document=document)
    context = {
        "document": document,
        "version": version,
        "versions": versions,
        "comments": comments.select_related("author", "version"),
        "can_publish": can_publish(request.viewer, document),
        "can_comment": can_comment(request.viewer, document),
        "comment_form": CommentForm(),
        "publish_form": PublishForm(initial={"reach": "members"}),
        "clock": Clock.objects.visible_to(request.viewer).running().filter(subject_type="library.document", subject_id=document.pk).first(),
    }
    return render(request, "groups/library/document.html", context)


def new(request):
    require(can_write(request.viewer))
    form = DocumentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect(actions.write(by=request.viewer, **form.cleaned_data))
    return render(request, "groups/library/form.html", {"form": form, "document": None})


def revise(request, slug):
    document = visible_document(request, slug)
    require(can_publish(request.viewer, document))
    newest = document.newest
    initial = {"title": document.title, "summary": document.summary, "body": newest.body, "seen": newest.number}
    form = RevisionForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.revise(document, by=request.viewer, **form.cleaned_data)
            return redirect(document)
        except Conflict as conflict:
            # What was written stays in the form; saved once more, it is a revision of the newer text.
            form = RevisionForm({**form.data.dict(), "seen": newest.number}, initial=initial)
            form.add_error(None, str(conflict))
            status = 409
    return render(request, "groups/library/form.html", {"form": form, "document": document}, status=status)


@require_POST
def consult(request, slug):
    document = actions.consult(visible_document(request, slug), by=request.viewer)
    messages.success(request, _("Members can comment now."))
    return redirect(document)


@require_POST
def publish(request, slug):
    document = visible_document(request, slug)
    form = PublishForm(request.POST)
    if not form.is_valid():
        raise Refused(" ".join(message for errors in form.errors.values() for message in errors))
    actions.publish(document, by=request.viewer, **form.cleaned_data)
    messages.success(request, _("Published."))
    return redirect(document)


@require_POST
def comment(request, slug):
    document = visible_document(request, slug)
    form = CommentForm(request.POST)
    if form.is_valid():
        actions.comment(document, by=request.viewer, **form.cleaned_data)
        messages.success(request, _("Your comment was added."))
    else:
        messages.error(request, _("Write something first."))
    return redirect(document)
