"""The web application, served by granian."""

import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

from exchange.common import garbage

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exchange.config.settings")
application = get_wsgi_application()
# Else the first page would load the routes, after the rest was set aside.
import_module("exchange.config.urls")
garbage.settle()
