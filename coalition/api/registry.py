"""The router. Each app registers its own routes in its `api.py`; this one finds them."""

from rest_framework.routers import DefaultRouter

router = DefaultRouter()
router.include_root_view = False
