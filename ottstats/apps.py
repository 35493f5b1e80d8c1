from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OttstatsConfig(AppConfig):
    name = "ottstats"
    verbose_name = _("OTT statistics")
