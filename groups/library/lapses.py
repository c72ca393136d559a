from coalition.activity.actions import record
from coalition.clocks.registry import lapse
from groups.library.actions import CONSULTATION_END
from groups.library.models import Document


@lapse(CONSULTATION_END)
def consultation_ended(clock):
    document = Document.objects.get(pk=clock.subject_id)
    record("document.consultation_ended", document, by=None, publisher=document.publisher_id)
