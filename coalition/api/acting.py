"""What view sets that act share."""

from rest_framework.response import Response


class ActsOnOne:
    """A verb's body checked, its action done, the thing as it is then."""

    @property
    def viewer(self):
        return self.request._request.viewer

    def checked(self, serializer):
        form = serializer(data=self.request.data)
        form.is_valid(raise_exception=True)
        return form.validated_data

    def answer(self, thing, status=200):
        return Response(self.get_serializer(thing).data, status=status)
