import { isIP } from 'node:net';
import { z } from 'zod';
import { scalar } from './combinators.ts';

/** A host name as in `server_name`: an exact name, an address, or `*.` and a domain. */
export const hostPattern = scalar({
  what: 'host name',
  help: 'a host is a name such as `ai.example.com`, an IP address, or `*.example.com`',
  pattern: '^(\\*\\.)?[A-Za-z0-9_.:\\[\\]-]{1,253}$',
  examples: ['ai.yourcompany.com', '*.example.com'],
  parse: (text) => {
    const bare = text.replace(/^\*\./, '');
    if (addressFamily(text.replace(/^\[(.*)\]$/, '$1')) !== 0) return text.toLowerCase();
    return text.length <= longestServerName && isHostName(bare) ? text.toLowerCase() : undefined;
  },
});

/** What fits into the buckets of 256 bytes that nginx.conf sets for `server_names_hash` and `map_hash`. */
const longestServerName = 230;

/** As `isIP`, without the zones of IPv6 (`fe80::1%eth0`), which nginx does not know. */
function addressFamily(text: string): number {
  return text.includes('%') ? 0 : isIP(text);
}

function isHostName(text: string): boolean {
  return (
    text.length <= 253 &&
    text.split('.').every((label) => /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/.test(label))
  );
}

/** An address range: `10.0.0.0/8`, `2001:db8::/32`, or one address. */
export const cidr = scalar({
  what: 'address range',
  help: 'an address range is an IPv4 or IPv6 address with a prefix length, such as `10.0.0.0/8`, or one address',
  pattern: '^[0-9A-Fa-f:.]{2,45}(/[0-9]{1,3})?$',
  examples: ['10.0.0.0/8', '2001:db8::/32'],
  parse: (text) => {
    const [address = '', prefix, ...rest] = text.split('/');
    const family = addressFamily(address);
    if (family === 0 || rest.length > 0) return undefined;
    const longest = family === 4 ? 32 : 128;
    if (prefix === undefined) return text.toLowerCase();
    if (!/^(0|[1-9][0-9]{0,2})$/.test(prefix) || Number(prefix) > longest) return undefined;
    return text.toLowerCase();
  },
});

export interface ServerAddress {
  readonly kind: 'network' | 'unix';
  /** Host name, IPv4, IPv6 without brackets, or the socket's path. */
  readonly host: string;
  readonly port: number | null;
  readonly scheme: 'http' | 'https' | null;
}

/** Where a server of an upstream listens. */
export const serverAddress = scalar({
  what: 'server address',
  help: 'an address is `host:port`, `https://host`, `10.0.0.5:8000`, `[::1]:8000` or `unix:/run/model.sock`',
  pattern: '^(https?://)?[A-Za-z0-9_./:\\[\\]-]{1,300}$',
  examples: ['127.0.0.1:8000', 'https://api.example.com'],
  parse: (text): ServerAddress | undefined => {
    const unix = /^unix:(\/[A-Za-z0-9_./-]{1,100})$/.exec(text);
    if (unix?.[1] !== undefined) return { kind: 'unix', host: unix[1], port: null, scheme: null };
    const match = /^(?:(https?):\/\/)?(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9_.-]+))(?::([0-9]{1,5}))?\/?$/.exec(text);
    if (match === null) return undefined;
    const port = match[4] === undefined ? null : Number(match[4]);
    if (port !== null && (port < 1 || port > 65_535)) return undefined;
    if (match[2] !== undefined && isIP(match[2]) !== 6) return undefined;
    const host = match[2] ?? match[3] ?? '';
    if (match[3] !== undefined && isIP(host) === 0 && (!isHostName(host) || /^[0-9.]+$/.test(host))) return undefined;
    return {
      kind: 'network',
      host: host.toLowerCase(),
      port,
      scheme: (match[1] as 'http' | 'https' | undefined) ?? null,
    };
  },
});

export interface ListenAddress {
  /** Null listens on every IPv4 address. */
  readonly host: string | null;
  readonly port: number;
}

const listenText = scalar({
  what: 'listen address',
  help: 'a listen address is a port such as `443`, `127.0.0.1:8080` or `[::]:443`',
  pattern: '^(([0-9.]+|\\[[0-9A-Fa-f:.]+\\]):)?[0-9]{1,5}$',
  examples: ['127.0.0.1:8080'],
  parse: (text): ListenAddress | undefined => {
    const match = /^(?:(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+)):)?([0-9]{1,5})$/.exec(text);
    if (match === null) return undefined;
    const port = Number(match[3]);
    if (port < 1 || port > 65_535) return undefined;
    if (match[1] !== undefined) return isIP(match[1]) === 6 ? { host: `[${match[1].toLowerCase()}]`, port } : undefined;
    if (match[2] !== undefined && isIP(match[2]) !== 4) return undefined;
    return { host: match[2] ?? null, port };
  },
});

const port = z.number().int().min(1).max(65_535);

export const listenAddress = z.union([
  port.transform((value): ListenAddress => ({ host: null, port: value })),
  listenText,
]);

export interface EndpointUrl {
  readonly scheme: 'http' | 'https';
  /** Without brackets when it is an IPv6 address. */
  readonly host: string;
  readonly port: number;
  /** With its query, if any. */
  readonly path: string;
}

/** Where the gateway itself asks, such as for keys of an issuer. */
export const endpointUrl = scalar({
  what: 'URL',
  help: 'a URL is written as `https://login.example.com/path`, without a name, a password or a fragment',
  pattern: '^https?://[A-Za-z0-9_.:\\[\\]-]{1,260}(/[!-~]*)?$',
  examples: ['https://login.example.com/.well-known/jwks.json'],
  parse: (text): EndpointUrl | undefined => {
    const match = /^(https?):\/\/(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9_.-]+))(?::([0-9]{1,5}))?(\/[!-~]*)?$/.exec(text);
    if (match === null || /[#\\"'<>`{}|^]/.test(match[5] ?? '')) return undefined;
    const scheme = match[1] === 'http' ? 'http' : 'https';
    const port = match[4] === undefined ? (scheme === 'http' ? 80 : 443) : Number(match[4]);
    const host = (match[2] ?? match[3] ?? '').toLowerCase();
    if (port < 1 || port > 65_535 || (match[2] !== undefined && isIP(host) !== 6)) return undefined;
    if (match[3] !== undefined && isIP(host) === 0 && (!isHostName(host) || /^[0-9.]+$/.test(host))) return undefined;
    return { scheme, host, port, path: match[5] ?? '/' };
  },
});
