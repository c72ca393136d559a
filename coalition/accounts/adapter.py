from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        """People come by invitation to a seat, never by themselves."""
        return False

    def _get_login_attempts_cache_key(self, request, **credentials):
        """Failing is counted by account and network address: whoever guesses from elsewhere shuts its owner out of nothing."""
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{self.get_client_ip(request)}"

    def can_delete_email(self, email_address):
        return not email_address.primary
