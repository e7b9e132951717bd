import { certificateFilesOf } from '../../gateway/callers/certificate-files.ts';
import type { Gateway, Server } from '../../gateway/common/gateway.ts';
import { referencesOf } from '../../gateway/credentials/references.ts';
import { watchedFilesOf } from '../../gateway/credentials/watched-files.ts';
import type { Token } from '../../nginx/token.ts';
import { dockerfileWord, yamlString } from '../../nginx/token.ts';
import type { LowerContext, TemplateFile } from '../common/context.ts';
import { composeFiles, containerPrefix } from './compose-files.ts';
import { lowerVaultService } from './compose-vault.ts';

export interface DockerfileView {
  readonly image: Token;
  readonly packages: readonly Token[];
  readonly hasPackages: boolean;
  readonly logDirectory: Token;
}

/** `docker-compose.yml` and `Dockerfile`: a read-only, unprivileged container around the configuration. */
export function lowerCompose(
  context: LowerContext,
): readonly (
  | TemplateFile<'compose/docker-compose.yml', ComposeView>
  | TemplateFile<'compose/Dockerfile', DockerfileView>
)[] {
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

export type ComposeView = ReturnType<typeof composeView>;

function composeView(context: LowerContext) {
  const { gateway } = context;
  const environment = referencesOf(gateway).filter((reference) => reference.source === 'env');
  const vault = lowerVaultService(context);
  const writable = writableDirectories(context);
  const { secrets, files, folders, pinned } = composeFiles({
    fixed: certificateFilesOf(gateway),
    watched: watchedFilesOf(gateway),
    own: [...writable, ...ownPlaces(context)],
  });
  const ports = publishedPorts(gateway.server);
  const allSecrets = unique([...secrets, ...(vault?.secrets ?? [])]);
  const { backends } = gateway.compose;
  return {
    ports: ports.map((port) => ({ mapping: yamlString(`${port}:${port}`) })),
    hasPorts: ports.length > 0,
    stopGracePeriod: yamlString(`${Math.ceil(gateway.process.shutdownTimeout / 1000)}s`),
    mounts: [
      { mapping: yamlString(`.:${containerPrefix}:ro`) },
      ...mappings([...files, ...unique(socketsOf(context))]),
    ],
    folders: mappings(folders),
    hasFolders: folders.length > 0,
    pinned: mappings(pinned),
    hasPinned: pinned.length > 0,
    writable: writable.map((directory) => ({ path: yamlString(directory) })),
    environment: unique(environment.map((reference) => reference.name)).map((name) => ({ name: yamlString(name) })),
    hasEnvironment: environment.length > 0,
    secrets: secrets.map((name) => ({ name: yamlString(name) })),
    hasSecrets: secrets.length > 0,
    secretFiles: allSecrets.map((name) => ({ name: yamlString(name), file: yamlString(`./secrets/${name}`) })),
    hasSecretFiles: allSecrets.length > 0,
    vault: vault?.view ?? null,
    network: yamlString(gateway.compose.network),
    backends: backends.map(lowerBackend),
    hasDependencies: backends.length > 0 || vault !== null,
  };
}

function lowerBackend(backend: Gateway['compose']['backends'][number]) {
  return {
    name: yamlString(backend.name),
    image: yamlString(backend.image),
    command:
      backend.command === null
        ? null
        : { words: backend.command.map((word): { readonly word: Token } => ({ word: yamlString(word) })) },
    envFile: backend.envFile === null ? null : yamlString(backend.envFile),
  };
}

/** What listens on the container's own loopback cannot be reached from outside of it. */
function publishedPorts({ listeners }: Server): readonly number[] {
  const reachable = listeners.filter((listener) => !/^127\.|^\[::1\]$/.test(listener.host ?? ''));
  return [...new Set(reachable.map((listener) => listener.port))].sort((a, b) => a - b);
}

function socketsOf({ upstreams }: LowerContext): readonly string[] {
  return [...upstreams.values()].flatMap((upstream) =>
    upstream.servers.filter((server) => server.kind === 'unix').map((server) => server.host),
  );
}

function writableDirectories({ gateway, target }: LowerContext): readonly string[] {
  const temporary = gateway.process.temporaryDirectory;
  return unique([...target.writableDirectories, ...(temporary === null ? [] : [temporary])]);
}

/** What the image, its packages and Vault's agent bring, and a folder of the host would hide. */
function ownPlaces({ gateway, target }: LowerContext): readonly string[] {
  const places = [
    target.logDirectory,
    target.certificateAuthorities,
    target.modulesDirectory,
    gateway.vault?.directory,
  ];
  return places.filter((place) => typeof place === 'string');
}

function mappings(files: readonly string[]): readonly { readonly mapping: Token }[] {
  return files.map((file) => ({ mapping: yamlString(`${file}:${file}:ro`) }));
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}
