import { isIP } from 'node:net';

/** Loopback, private and link-local addresses, and names without a public domain, as in compose projects. */
export function isPrivate(host: string): boolean {
  const family = isIP(host);
  if (family === 4) return /^(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.)/.test(host);
  if (family === 6) return host === '::1' || /^f[cd]|^fe[89ab]/.test(host);
  return !host.includes('.') || /\.(?:local|internal|lan|home\.arpa|svc|cluster\.local|test|localhost)$/.test(host);
}
