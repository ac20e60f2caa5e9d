"""The web application, served by granian."""

import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

from exchange.common import garbage

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exchange.config.settings")
application = get_wsgi_application()
# The routes are loaded by the first page else.
import_module("exchange.config.urls")
garbage.settle()
