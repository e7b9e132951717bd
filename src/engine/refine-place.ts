import type { Path } from '../diagnostics/diagnostic.ts';

/** Where, below the place of its block, the spec says what a directive says; the first that is there counts. */
const parts: Readonly<Record<string, readonly Path[]>> = {
  access_log: [['access']],
  add_header: [['response_headers']],
  brotli_types: [['brotli', 'types'], ['brotli']],
  client_max_body_size: [['max_body_size']],
  error_log: [['error']],
  gzip_comp_level: [['gzip', 'level'], ['gzip']],
  gzip_types: [['gzip', 'types'], ['gzip']],
  hash: [['balance']],
  ip_hash: [['balance']],
  keepalive: [['keepalive', 'connections'], ['keepalive']],
  keepalive_requests: [['keepalive', 'requests'], ['requests']],
  keepalive_timeout: [['keepalive', 'timeout'], ['timeout']],
  least_conn: [['balance']],
  listen: [['listen']],
  location: [['path']],
  pid: [['pid']],
  proxy_connect_timeout: [['timeouts', 'connect'], ['timeouts']],
  proxy_read_timeout: [['timeouts', 'idle'], ['timeouts']],
  proxy_send_timeout: [['timeouts', 'send'], ['timeouts']],
  proxy_set_header: [['request_headers']],
  proxy_ssl_name: [['tls', 'name'], ['tls']],
  proxy_ssl_trusted_certificate: [['tls', 'ca'], ['tls']],
  proxy_ssl_verify: [['tls', 'verify'], ['tls']],
  random: [['balance']],
  rewrite: [['set_path'], ['strip_prefix'], ['add_prefix']],
  server: [['servers']],
  server_name: [['names']],
  ssl_certificate: [['certificate']],
  ssl_certificate_key: [['certificate_key']],
  user: [['user']],
  worker_processes: [['workers']],
  worker_shutdown_timeout: [['shutdown_timeout']],
};

/** The place in the spec of one line of a block, as exact as can be told from its directive. */
export function refinePlace(block: Path, line: string, has: (path: Path) => boolean): Path {
  const directive = /^\s*([a-z_]+)/.exec(line)?.[1] ?? '';
  const candidates = Object.hasOwn(parts, directive) ? (parts[directive] ?? []) : [];
  return candidates.map((part) => [...block, ...part]).find(has) ?? block;
}
