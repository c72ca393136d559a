from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        """People come by invitation to a seat, never by themselves."""
        return False

    def can_delete_email(self, email_address):
        return not email_address.primary
