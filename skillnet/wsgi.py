"""WSGI entry point of the web process."""

import gc
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skillnet.settings")
os.environ.setdefault("SKILLNET_PROCESS", "web")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

# What is loaded now stays as long as the process: looking through it for garbage made one page in a while wait.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
