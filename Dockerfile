# docker build -t ftlint . && docker run --rm -v "$PWD:/data" ftlint check train.jsonl
# To write into /data (--fix, -o, reports) add --user "$(id -u):$(id -g)".
FROM python:3.13-slim AS build
COPY . /src
RUN python -m venv /opt/ftlint && /opt/ftlint/bin/pip install --no-cache-dir --disable-pip-version-check /src

FROM python:3.13-slim
LABEL org.opencontainers.image.title="ftlint" \
      org.opencontainers.image.description="Checks, fixes and converts the files people train language models with" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /opt/ftlint /opt/ftlint
RUN useradd --create-home --uid 1000 ftlint
ENV PATH="/opt/ftlint/bin:$PATH" \
    PYTHONUTF8=1 \
    PYTHONDONTWRITEBYTECODE=1
USER 1000
WORKDIR /data
ENTRYPOINT ["ftlint"]
CMD ["--help"]
