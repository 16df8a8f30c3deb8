# One image for web, worker, beat and migrate. Where pip finds packages (a mirror, a CPU build of torch) is pip's own
# configuration: --build-arg PIP_EXTRA_INDEX_URL=… or PIP_INDEX_URL=…
FROM python:3.11-slim-bookworm AS build
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
WORKDIR /app
COPY pyproject.toml ./
COPY tools ./tools
RUN PIP_NO_CACHE_DIR=1 python tools/install.py --venv /venv --no-dev

FROM python:3.11-slim-bookworm
RUN useradd --create-home --uid 10001 skillnet && mkdir -p /app /files && chown skillnet:skillnet /app /files
COPY --from=build /venv /venv
COPY --chown=skillnet:skillnet . /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=skillnet.settings SKILLNET_FILES_DIR=/files
RUN python tools/messages.py compile \
    && SKILLNET_PRODUCTION=1 SKILLNET_SECRET_KEY=only-for-collecting-static-files-0123456789 \
       SKILLNET_ALLOWED_HOSTS=localhost python manage.py collectstatic --noinput --verbosity 0
USER skillnet
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8000/health/', headers={'Host': 'localhost', 'X-Forwarded-Proto': 'https'}), timeout=4)"]
CMD ["gunicorn", "-c", "python:skillnet.serving", "skillnet.wsgi", "--bind", "0.0.0.0:8000"]
