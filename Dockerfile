# PromoStack as one image: `promostack api`, `promostack worker` and the tools of operators.

# Fonts, emoji pictures and browser libraries, which the program embeds.
FROM node:22-bookworm-slim AS assets
WORKDIR /src
COPY tools/scripts tools/scripts
COPY web/package.json web/package-lock.json web/
RUN tools/scripts/npm.sh runtime
COPY web/scripts web/scripts
RUN node web/scripts/assets.mjs

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=assets /src/internal/base/assets/made_by_make_assets internal/base/assets/made_by_make_assets
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /out/promostack ./cmd/promostack

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /out/promostack /usr/local/bin/promostack
# Nothing is kept in the container; large uploads pass through /tmp.
USER 65532:65532
WORKDIR /tmp
ENV HTTP_ADDRESS=0.0.0.0:8080 \
    WORKER_HTTP_ADDRESS=0.0.0.0:8081 \
    GOMEMLIMIT=768MiB
EXPOSE 8080 8081
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["promostack", "health"]
ENTRYPOINT ["promostack"]
CMD ["api"]
