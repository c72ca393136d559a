from typing import Any

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control

from coalition.files.models import Attachment
from coalition.files.registry import asked_too, told_of


def download(request, pk):
    """The one way out: the space is asked, and the browser is told to trust nothing in it."""
    attachment = get_object_or_404(Attachment.objects.visible_to(request.viewer).select_related("blob"), pk=pk)
    if not all(may_have(attachment, request.viewer) for may_have in asked_too):
        raise Http404
    for tell in told_of:
        tell(attachment, request.viewer)
    return as_download(attachment.blob, attachment.name)


def as_download(blob, name: str, content_type: str = "application/octet-stream"):
    """Bytes on their way out, for whoever was found to be allowed to have them. Only what the portal made itself says what it is."""
    response: Any = FileResponse(blob.open(), as_attachment=True, filename=name, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Length"] = blob.size
    response._csp_replace = {"default-src": ["'none'"], "sandbox": True}
    patch_cache_control(response, private=True, no_store=True)
    return response
