# chDB, the engine of the embedded deployment, is linked against glibc: no Alpine.
ARG NODE_IMAGE=node:20.20.2-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY services ./services
COPY consumers ./consumers
COPY detectors ./detectors
RUN npm run build

FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev && npm cache clean --force

FROM ${NODE_IMAGE} AS runtime
ENV NODE_ENV=production \
    PROVOST_HOST=0.0.0.0 \
    PROVOST_PORT=8080 \
    PROVOST_DATA=/var/lib/provost
# A fixed id, so that volumes keep their owner from one image to the next; a new volume takes the folder's owner.
RUN groupadd --system --gid 10001 provost \
    && useradd --system --uid 10001 --gid 10001 --home-dir /var/lib/provost --no-create-home \
       --shell /usr/sbin/nologin provost \
    && install -d -o 10001 -g 10001 -m 0700 /var/lib/provost
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# Not TypeScript, so the compiler does not carry them: the migrations, and "type": "module" with the version.
COPY sql ./sql
COPY package.json LICENSE ./
USER 10001:10001
VOLUME /var/lib/provost
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
    CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PROVOST_PORT + '/livez').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--max-semi-space-size=32", "--enable-source-maps", "dist/services/main.js"]
CMD ["serve"]
