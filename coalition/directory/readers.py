from django.utils.translation import gettext_lazy as _

from coalition.activity.registry import reader, verb


def _other(event):
    return [event.data.get("other")]


verb("card.kept", _("changed what other members read of the organisation"))
verb("contact.asked", _("wrote to you"), tells=_other)
verb("contact.written", _("wrote to you"), tells=_other)
verb("contact.accepted", _("is a contact of yours now"), tells=_other)
verb("contact.ended", _("ended the contact"))


@reader("cards of ended seats")
def take_out_of_the_directory(event) -> None:
    """Whose seat ends leaves the directory."""
    if event.verb == "seat.ended":
        from coalition.directory.actions import withdraw_cards
        from coalition.directory.models import Card

        for card in Card.objects.filter(seat__organisation_id=event.subject_id, seat__ends_at__isnull=False).select_related("seat"):
            withdraw_cards(card.seat)
