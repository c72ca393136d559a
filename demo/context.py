"""The sign-in page's list of demo people; only wired in when DEMO=1."""

from demo.cast import PASSWORD, SHOWN


def people(request):
    return {"demo_people": SHOWN, "demo_password": PASSWORD} if request.path.startswith("/accounts/") else {}
