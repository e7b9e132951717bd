import { isAbsolute } from 'node:path';
import type { Token } from '../nginx/token.ts';
import { dockerfileWord, yamlString } from '../nginx/token.ts';
import type { LowerContext, LoweredFile } from './lower-context.ts';

/** The prefix that the container runs nginx with. */
const prefix = '/etc/openclaw';
/** Where compose puts files that hold secrets. */
const secretsFolder = '/run/secrets/';

/** `docker-compose.yml` and `Dockerfile`: a read-only, unprivileged container around the configuration. */
export function lowerCompose(context: LowerContext): readonly LoweredFile[] {
  const { target } = context;
  return [
    {
      path: 'docker-compose.yml',
      template: 'compose/docker-compose.yml',
      language: 'yaml',
      view: composeView(context),
    },
    {
      path: 'Dockerfile',
      template: 'compose/Dockerfile',
      language: 'dockerfile',
      view: {
        image: dockerfileWord(target.image.from),
        packages: target.image.packages.map(dockerfileWord),
        hasPackages: target.image.packages.length > 0,
        logDirectory: dockerfileWord(target.logDirectory),
      },
    },
  ];
}

function composeView(context: LowerContext): object {
  const { gateway, target } = context;
  const upstreams = [...context.upstreams.values()];
  const references = upstreams.flatMap((upstream) => (upstream.credential === null ? [] : [upstream.credential.from]));
  const environment = unique(
    references.filter((reference) => reference.source === 'env').map((reference) => reference.name),
  );
  const files = unique(
    references.filter((reference) => reference.source === 'file').map((reference) => reference.name),
  );
  const secrets = files.filter(isComposeSecret).map((file) => file.slice(secretsFolder.length));
  const certificates = [
    gateway.server.tls?.certificate,
    gateway.server.tls?.certificateKey,
    ...upstreams.map((upstream) => upstream.tls?.ca),
  ];
  const given = certificates.filter((file): file is string => typeof file === 'string');
  const absolute = unique([...given.filter(isAbsolute), ...files.filter((file) => !isComposeSecret(file))]);
  const sockets = unique(
    upstreams.flatMap((upstream) =>
      upstream.servers.filter((server) => server.kind === 'unix').map((server) => server.host),
    ),
  );
  // What listens on the container's own loopback cannot be reached from outside of it.
  const reachable = gateway.server.listeners.filter((listener) => !/^127\.|^\[::1\]$/.test(listener.host ?? ''));
  const ports = [...new Set(reachable.map((listener) => listener.port))].sort((a, b) => a - b);
  const temporary = gateway.process.temporaryDirectory;
  return {
    ports: ports.map((port) => ({ mapping: yamlString(`${port}:${port}`) })),
    hasPorts: ports.length > 0,
    stopGracePeriod: yamlString(`${Math.ceil(gateway.process.shutdownTimeout / 1000)}s`),
    mounts: [
      { mapping: yamlString(`.:${prefix}:ro`) },
      ...[...absolute, ...sockets].map((file) => ({ mapping: yamlString(`${file}:${file}:ro`) })),
    ],
    writable: unique([...target.writableDirectories, ...(temporary === null ? [] : [temporary])]).map((directory) => ({
      path: yamlString(directory),
    })),
    environment: environment.map((name) => ({ name: yamlString(name) })),
    hasEnvironment: environment.length > 0,
    secrets: secrets.map((name) => ({ name: yamlString(name), file: yamlString(`./secrets/${name}`) })),
    hasSecrets: secrets.length > 0,
    network: yamlString(gateway.compose.network),
    backends: gateway.compose.backends.map((backend) => ({
      name: yamlString(backend.name),
      image: yamlString(backend.image),
      command:
        backend.command === null
          ? null
          : { words: backend.command.map((word): { readonly word: Token } => ({ word: yamlString(word) })) },
      envFile: backend.envFile === null ? null : yamlString(backend.envFile),
    })),
    hasBackends: gateway.compose.backends.length > 0,
  };
}

/** Compose's secrets have names, not paths; a file in a folder below is mounted like any other. */
function isComposeSecret(file: string): boolean {
  return file.startsWith(secretsFolder) && !file.slice(secretsFolder.length).includes('/');
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}
