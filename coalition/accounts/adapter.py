from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        """People come by invitation to a seat, never by themselves."""
        return False

    def send_mail(self, template_prefix, email, context):
        """Letters about accounts name the portal, and nobody by what they call themselves: whoever is written to may be a stranger."""
        super().send_mail(template_prefix, email, {**context, "site_name": settings.SITE_NAME, "site_address": settings.SITE_URL})

    def format_email_subject(self, subject):
        return f"{settings.SITE_NAME}: {subject}"

    def _get_login_attempts_cache_key(self, request, **credentials):
        """Failing is counted by account and network address: whoever guesses from elsewhere shuts its owner out of nothing."""
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{self.get_client_ip(request)}"

    def can_delete_email(self, email_address):
        return not email_address.primary
