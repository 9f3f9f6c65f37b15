# The command in a container, for pipelines without Node.js. docs/in-pipelines.md shows how to use it.
FROM node:22-alpine AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY lib lib
COPY imports imports
COPY crds crds
COPY analysis analysis
RUN npm run build
# The command needs neither the constructs' cdk8s nor what builds it
RUN npm ci --ignore-scripts --no-audit --no-fund --omit=dev --omit=peer

# With a shell, because GitLab and others run their scripts in the image
FROM node:22-alpine
LABEL org.opencontainers.image.title="namespace-jail" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.source="https://github.com/cdk8s-namespace-jail/cdk8s-namespace-jail"
WORKDIR /opt/namespace-jail
COPY --from=build /src/package.json ./
COPY --from=build /src/node_modules node_modules
COPY --from=build /src/build build
COPY --from=build /src/crds crds
COPY LICENSE ./
RUN chmod +x build/lib/cli/main.js && ln -s /opt/namespace-jail/build/lib/cli/main.js /usr/local/bin/namespace-jail
USER node
WORKDIR /work
ENTRYPOINT ["namespace-jail"]
CMD ["--help"]
