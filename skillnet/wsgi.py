"""WSGI entry point of the web process."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skillnet.settings")
os.environ.setdefault("SKILLNET_PROCESS", "web")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
