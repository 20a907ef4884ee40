# A server with nothing but what it needs to run. docs/DEPLOYMENT.md says how to use it.
FROM node:20-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
COPY clients/typescript/package.json clients/typescript/
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/copy-assets.mjs scripts/
COPY clients/typescript clients/typescript
COPY src src
RUN npm run --silent build

FROM node:20-bookworm-slim AS packages
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
COPY clients/typescript/package.json clients/typescript/
# Without optional ones, too: the SDK's optional peers are among the packages for development.
RUN npm ci --omit=dev --omit=optional

FROM node:20-bookworm-slim
ENV NODE_ENV=production \
    PROTOVEC_LISTEN=0.0.0.0:50051 \
    PROTOVEC_DATA_DIR=/data \
    PROTOVEC_GRACE_MS=5000
WORKDIR /protovec
COPY package.json LICENSE ./
COPY proto proto
COPY --from=packages /build/node_modules node_modules
COPY clients/typescript/package.json clients/typescript/
COPY --from=build /build/clients/typescript/dist clients/typescript/dist
COPY --from=build /build/dist dist
RUN ln -s /protovec/dist/cli/main.js /usr/local/bin/protovec \
    && mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 50051
# Docker waits ten seconds: half of them for calls in flight, the others for saving.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s --retries=3 \
    CMD ["protovec", "health"]
ENTRYPOINT ["protovec"]
CMD ["serve"]
