"""How gunicorn serves the site: `gunicorn -c python:skillnet.serving skillnet.wsgi`. `--workers` goes before it.

A worker takes one request at a time, and no connection beside it: the next one goes to a worker that is free. With
several threads one process took three pages at once while its neighbour had none, and each waited for the others'
interpreter: a twentieth of the pages came 50 % later. A thread still does the work, so that a long file does not
look like a worker that hangs. Slow readers and writers are the proxy's, which stands before the site anyway.
"""

workers = 3
worker_class = "gthread"
threads = 1
worker_connections = 1
keepalive = 0
timeout = 60
