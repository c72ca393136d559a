from django.utils.translation import gettext_lazy as _

from coalition.activity.registry import verb

verb("register.brought", (_("read the register {name}: one row"), _("read the register {name}: {count} rows")))
verb("register.entered", (_("entered one member of the register {name}"), _("entered {count} members of the register {name}")))
verb("register.undone", _("took {count} members of the register {name} out again; {stay} stay"))
verb(
    "organisation.written_to", _("writes: {about} – {body}"), titled=_("{about}"),
    tells=lambda event: told if isinstance(told := event.data.get("told"), list) else [told],
)  # fmt: skip
