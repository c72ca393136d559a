"""People, as they sign in. What a person may do comes from their seats, never from here."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PersonManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class Person(AbstractBaseUser):
    """Somebody who can sign in."""

    class Theme(models.TextChoices):
        AUTO = "auto", _("as my device")
        LIGHT = "light", _("light")
        DARK = "dark", _("dark")

    email = models.EmailField(unique=True)
    name = models.CharField(_("name"), max_length=120)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    wants_email = models.BooleanField(_("e-mail me at once about what waits for me"), default=True)
    wants_shortcuts = models.BooleanField(_("single-key shortcuts"), default=True)
    theme = models.CharField(_("appearance"), max_length=5, choices=Theme, default=Theme.AUTO)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = PersonManager()

    class Meta:
        verbose_name_plural = "people"
        constraints = [models.UniqueConstraint(Lower("email"), name="one_person_an_address")]

    def __str__(self):
        return self.name or self.email

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name.split(" ")[0]

    def has_usable_second_factor(self) -> bool:
        from allauth.mfa.utils import is_mfa_enabled

        return is_mfa_enabled(self)
