# selfheal as a container.
#
# How it reaches Docker as a user that is not root, one of:
#   - the socket, with its group:  docker run -v /var/run/docker.sock:/var/run/docker.sock \
#                                    --group-add "$(stat -c %g /var/run/docker.sock)" ...
#     (Compose: group_add). Whoever may write to that socket is root on the machine, so guard selfheal accordingly.
#   - a socket proxy that lets through what selfheal needs (GET, POST on containers), in a network that only the two
#     share: `docker: { host: 'tcp://socket-proxy:2375' }` in selfheal.yml, and no socket in this container.
#
# It listens on every address of the container, so the configuration must name a token file (web.token_file), or
# selfheal refuses to start. Mount the configuration at /etc/selfheal/selfheal.yml and a volume, never a network file
# system, at /data: it holds the history of attempts, which the limits of automation rest on.

ARG NODE_IMAGE=node:24-trixie-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No install scripts: the one native library ships its binary inside its package, and this image has no compiler.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY package.json ./
COPY src ./src
COPY runbooks ./runbooks
# A new volume takes over the owner of the folder that it is mounted on. The user has a number only, as Kubernetes'
# runAsNonRoot and `docker run --user` want it.
RUN mkdir -p /data /etc/selfheal && chown 65532:65532 /data
USER 65532:65532
VOLUME /data
EXPOSE 9196
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9196/-/ready', { signal: AbortSignal.timeout(2500) }).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "src/main.ts"]
CMD ["serve", "--config.file=/etc/selfheal/selfheal.yml", "--storage.path=/data", "--web.listen-address=0.0.0.0:9196"]
