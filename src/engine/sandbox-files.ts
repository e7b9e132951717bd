import type { TarFile } from '../output/tar.ts';
import type { Artifact } from '../render/render-files.ts';
import { stubCertificate, stubCertificateKey, stubRevocations } from './stub-certificate.ts';

export interface SandboxOptions {
  /** The address on which the gateway can be asked for its health, as `listen` takes it. */
  readonly healthListen: string;
  /** The workers' user where nginx runs as root; null leaves what the configuration says. */
  readonly user: readonly string[] | null;
}

/**
 * The rendered files, line for line, but nothing of them leads out of the folder that they are in: listeners are
 * sockets there, logs go to stderr, certificates are stubs, and names that nginx would look up at start are loopback.
 * So a trial needs no secret, no DNS and no port; and a line number that nginx names is one of the rendered file.
 */
export function sandboxFiles(artifacts: readonly Artifact[], options: SandboxOptions): readonly TarFile[] {
  const sockets = new Map<string, string>();
  const socketFor = (address: string): string => {
    const known = sockets.get(address);
    if (known !== undefined) return known;
    const created = `unix:./${address.replace(/[^A-Za-z0-9.]/g, '_')}.sock`;
    sockets.set(address, created);
    return created;
  };
  const hasTemporaryPaths = artifacts.some(({ text }) => /^\s*proxy_temp_path /m.test(text));
  const rewrite: Readonly<Record<string, Rewrite>> = {
    user: (words) => (options.user === null ? words : options.user),
    worker_processes: () => ['1'],
    pid: () => ['nginx.pid'],
    error_log: ([, ...level]) => ['stderr', ...level],
    access_log: ([place, ...format]) => (place === 'off' ? ['off'] : ['access.log', ...format]),
    listen: ([address = '', ...more]) => [socketFor(canonical(address.replaceAll('"', ''))), ...more],
    ssl_certificate_key: () => ['stub.key'],
    ssl_crl: () => ['stub.crl'],
    ...Object.fromEntries(certificates.map((name) => [name, () => ['stub.crt']])),
    server: ([address = '', ...more]) => (more.includes('resolve') ? [address, ...more] : [atHome(address), ...more]),
    ...Object.fromEntries(temporaryPaths.map((name) => [name, () => [temporaryPath(name)]])),
  };
  const rewriteLine = (line: string): string => {
    if (line === 'http {' && !hasTemporaryPaths)
      return `http { ${temporaryPaths.map((name) => `${name} ${temporaryPath(name)};`).join(' ')}`;
    if (line.trim() === 'include conf.d/routes.conf;') return `listen ${options.healthListen}; ${line.trim()}`;
    const [, indent, name = '', words = ''] = /^(\s*)([a-z_]+) +([^;\\]*);$/.exec(line) ?? [];
    const change = Object.hasOwn(rewrite, name) ? rewrite[name] : undefined;
    return change === undefined ? line : `${indent}${name} ${change(words.split(' ')).join(' ')};`;
  };
  return [
    ...artifacts
      .filter(({ path }) => /\.(?:conf|lua|keys)$/.test(path))
      .map(({ path, text }) => ({
        path,
        text: path.endsWith('.conf')
          ? text
              .split('\n')
              .map((line) => rewriteLine(path === serverFile ? withoutRefusal(line) : line))
              .join('\n')
          : text,
      })),
    { path: 'stub.crt', text: stubCertificate },
    { path: 'stub.key', text: stubCertificateKey },
    { path: 'stub.crl', text: stubRevocations },
  ];
}

const serverFile = 'conf.d/server.conf';

/** A trial asks over a socket, which has no address that the server could let in. */
function withoutRefusal(line: string): string {
  return line.replace(/^( +if \( )\$openclaw_if_client_[a-z0-9_]+(?: = 0)? \) \{$/, '$1$server_protocol = "" ) {');
}

type Rewrite = (words: readonly string[]) => readonly string[];

/** What nginx reads at start as certificates in PEM form. */
const certificates = [
  'ssl_certificate',
  'ssl_client_certificate',
  'proxy_ssl_trusted_certificate',
  'lua_ssl_trusted_certificate',
] as const;

/** Every folder that nginx makes at start, unless told otherwise in places that belong to the system. */
export const temporaryPaths = [
  'client_body_temp_path',
  'proxy_temp_path',
  'fastcgi_temp_path',
  'uwsgi_temp_path',
  'scgi_temp_path',
] as const;

function temporaryPath(directive: string): string {
  return `temp/${directive}`;
}

/** `80`, `*:80` and `0.0.0.0:80` are one address to nginx. */
function canonical(address: string): string {
  return address.includes(':') ? address.replace(/^\*:/, '0.0.0.0:') : `0.0.0.0:${address}`;
}

/** The server of a name is here; addresses and sockets are not looked up. */
function atHome(address: string): string {
  const [, host = '', port = ''] = /^([^:[\]/]+)(:\d+)?$/.exec(address) ?? [];
  return host === '' || /^[0-9.]+$/.test(host) ? address : `127.0.0.1${port}`;
}
