# The image of Timbre: Node, the sources and their production dependencies. Nothing is built: Node runs TypeScript.
# Runs as a user without rights on a read-only root; only /data is written to.
# The version exactly; with its digest it is the very same bytes (docs/operate/deploy.md):
# docker build --build-arg NODE_IMAGE=node:26.10.0-slim@sha256:…
ARG NODE_IMAGE=node:26.10.0-slim
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY contract/package.json contract/
COPY sdk/package.json sdk/
COPY mcp/package.json mcp/
COPY server/package.json server/
COPY cli/package.json cli/
COPY dashboard/package.json dashboard/
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force

# The SDK that the server hands out and the dashboard that it shows, made with tools that the image has no other use for.
FROM dependencies AS made
RUN npm ci --ignore-scripts
COPY LICENSE ./
COPY scripts scripts
COPY contract contract
COPY sdk sdk
RUN node scripts/sdk-pack.ts --for-server
COPY server/src/platform/dashboard-files.ts server/src/platform/
COPY dashboard dashboard
RUN node scripts/dashboard-build.ts

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="Timbre" \
      org.opencontainers.image.description="Webhooks for voice-agent telephony: signed, at least once, whatever the receivers do" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production TIMBRE_HOST=0.0.0.0 TIMBRE_PORT=8080 TIMBRE_DATA_DIR=/data
RUN install -d -o 1000 -g 1000 -m 0700 /data
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json LICENSE ./
COPY contract contract
COPY sdk sdk
COPY mcp mcp
COPY server server
COPY cli cli
# What the link of the workspace leads to; what is shown is built.
COPY dashboard/package.json dashboard/
COPY --from=made /app/server/sdk.tgz server/
COPY --from=made /app/server/dashboard server/dashboard
RUN install -d -o 1000 -g 1000 node_modules/.cache
# By number, so that Kubernetes can see that it is not root.
USER 1000:1000
# Keeps what Node compiles: the server starts quicker and takes 50 MB less.
# With the flags of the start, or V8 would not take what is kept.
RUN ["node", "--max-semi-space-size=16", "--heap-growing-percent=100", "cli/bin/warm.mjs"]
VOLUME /data
EXPOSE 8080
# What is in flight is finished within 20 s: give it at least 25 before SIGKILL (docker stop --time 25).
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --start-interval=1s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.TIMBRE_PORT}/health/ready`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# The flags keep the heap small (docs/operate/capacity.md, "Memory").
ENTRYPOINT ["node", "--max-semi-space-size=16", "--heap-growing-percent=100", "cli/bin/timbre.mjs"]
CMD ["start"]
