FROM python:3.12-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/nrrbot
ENV PATH=/opt/nrrbot/bin:$PATH
WORKDIR /src
COPY requirements.lock ./
# --no-deps: the lock is complete, and what it does not name must not come in.
RUN pip install --require-hashes --no-deps --requirement requirements.lock
COPY pyproject.toml README.md LICENSE manifest.yaml .env.example ./
COPY docs/definitions.md ./docs/
COPY bot ./bot
COPY metrics ./metrics
COPY storage ./storage
RUN pip install --no-build-isolation --no-deps .

FROM python:3.12-slim
RUN useradd --system --uid 10001 --home-dir /data --create-home nrrbot
COPY --from=build /opt/nrrbot /opt/nrrbot
# /data holds the SQLite file where there is no DATABASE_URL; matplotlib keeps its fonts in /tmp.
ENV PATH=/opt/nrrbot/bin:$PATH MPLCONFIGDIR=/tmp PYTHONDONTWRITEBYTECODE=1
# By number: Kubernetes cannot tell that a name is not root's.
USER 10001
WORKDIR /data
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD python -c \
    "import sys, urllib.request as web; web.urlopen(sys.argv[1], timeout=4)" \
    "http://127.0.0.1:${NRRBOT_OPERATIONS_PORT:-9090}/healthz"
ENTRYPOINT ["nrrbot"]
CMD ["serve"]
