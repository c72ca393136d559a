from django.shortcuts import get_object_or_404, render

from coalition.access.errors import require
from coalition.members.permissions import can_read_directory
from enforcement.programmes.models import Programme


def programme_list(request):
    require(can_read_directory(request.viewer))
    programmes = Programme.objects.prefetch_related("platforms")
    return render(request, "enforcement/programmes/list.html", {"programmes": programmes})


def detail(request, slug):
    require(can_read_directory(request.viewer))
    programme = get_object_or_404(Programme.objects.prefetch_related("platforms"), slug=slug)
    own = programme.enrolments.filter(organisation_id=request.viewer.organisation_id, until=None).first()
    return render(request, "enforcement/programmes/detail.html", {"programme": programme, "own": own})
