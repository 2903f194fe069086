# Footnote in a container. The build is that of `make run`, with this repository's own tools.

FROM rust:1-bookworm AS build
COPY --from=node:20-bookworm-slim /usr/local /usr/local
RUN apt-get update && apt-get install -y --no-install-recommends python3-pip && rm -rf /var/lib/apt/lists/*
WORKDIR /src
ENV CARGO_TARGET_DIR=/target FOOTNOTE_RUNTIME_DIR=/runtime SQLX_OFFLINE=true
# The runtime parts change rarely: they are a layer of their own.
COPY tools/setup tools/env tools/runtime.sha256 tools/
RUN tools/setup runtime
COPY . .
RUN tools/setup build && cargo build --release --locked -p server -p site && /target/release/site

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --home-dir /data --shell /usr/sbin/nologin footnote
COPY --from=build /target/release/footnote /opt/footnote/bin/footnote
COPY --from=build /target/site /opt/footnote/site
COPY --from=build /runtime /opt/footnote/runtime
COPY docs /opt/footnote/docs
COPY LICENSE-MIT LICENSE-APACHE /opt/footnote/
ENV FOOTNOTE_ADDR=0.0.0.0:3000 FOOTNOTE_DATA_DIR=/data FOOTNOTE_LOG_FORMAT=json PATH=/opt/footnote/bin:$PATH
USER footnote
WORKDIR /data
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD curl -fsS http://127.0.0.1:3000/readyz || exit 1
CMD ["footnote", "serve"]
