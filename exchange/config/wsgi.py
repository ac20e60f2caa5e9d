"""The web application, served by granian."""

import gc
import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exchange.config.settings")
application = get_wsgi_application()
# What is loaded stays: looked through again at each full collection of garbage, it made one page in fifteen
# wait a tenth of a second.
import_module("exchange.config.urls")
gc.freeze()
