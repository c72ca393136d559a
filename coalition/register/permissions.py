"""In plain words: a register that was brought in lies on the coalition's desk, and those who keep the register alone may take its file."""

from coalition.access.viewer import Viewer
from coalition.files.models import Attachment
from coalition.members.permissions import can_keep_register
from coalition.register.models import RegisterImport


def may_have_file(attachment: Attachment, viewer: Viewer) -> bool:
    return can_keep_register(viewer) or not RegisterImport.objects.filter(file=attachment).exists()
