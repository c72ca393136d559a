from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from coalition.access.errors import require, told_at
from enforcement.rights import actions
from enforcement.rights.forms import RightForm
from enforcement.rights.models import Right


def right_list(request):
    rights = Right.objects.visible_to(request.viewer)[:500]
    context = {"rights": rights, "today": timezone.localdate(), "can_enter": request.viewer.may("submit_notice")}
    return render(request, "enforcement/rights/list.html", context)


def new(request):
    require(request.viewer.may("submit_notice"))
    form = RightForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with told_at(form):
            return redirect(actions.enter(by=request.viewer, **form.cleaned_data))
    return render(request, "enforcement/rights/form.html", {"form": form})


def detail(request, reference):
    right = get_object_or_404(Right.objects.visible_to(request.viewer).select_related("space"), reference=reference)
    return render(request, "enforcement/rights/detail.html", {"right": right, "in_force": right.is_in_force(timezone.localdate())})
