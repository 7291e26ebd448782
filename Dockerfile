# One image for every process of the service. Its parts are named, so that a machine without a registry can give its own.
ARG NODE_IMAGE=node:20-bookworm-slim
ARG RUNTIME_IMAGE=debian:bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY prisma.config.ts tsconfig.json vite.config.ts ./
COPY prisma/ prisma/
COPY scripts/ scripts/
COPY src/ src/
RUN npm run db:generate && npm run web:build && npm run bundle

FROM ${RUNTIME_IMAGE} AS runtime
# git serves and fetches repositories, over SSH with ssh. A base that brings them needs no network here.
RUN (command -v git && test -s /etc/ssl/certs/ca-certificates.crt) >/dev/null \
 || (apt-get update && apt-get install -y --no-install-recommends ca-certificates git openssh-client && rm -rf /var/lib/apt/lists/*)
RUN groupadd --system --gid 10001 appuser \
 && useradd --system --uid 10001 --gid appuser --home-dir /app --no-create-home --shell /usr/sbin/nologin appuser \
 && install -d -o appuser -g appuser /var/lib/labgrader/git
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 GIT_FOLDER=/var/lib/labgrader/git
WORKDIR /app
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY prisma/migrations/ prisma/migrations/
COPY bases/ bases/
COPY scenarios/ scenarios/
COPY src/prober/ src/prober/
COPY --from=build /app/dist/ dist/
USER appuser
EXPOSE 8080
# Most of the time goes into starting the probe where the machine is busy: it gives the service four seconds.
HEALTHCHECK --interval=10s --timeout=20s --start-period=30s --retries=3 CMD ["node", "dist/is-healthy.mjs", "api"]
CMD ["node", "dist/server.mjs"]
