import type { ClientCertificates } from '../../gateway/common/authentication.ts';
import type { Gateway } from '../../gateway/common/gateway.ts';
import { namedMethods, placeOfMethod } from '../common/auth-places.ts';
import { plainListeners } from '../common/plain-listeners.ts';
import type { Check, CheckSink } from '../common/rule.ts';

/** OC3015, OC3008, OC3001, OC3012 and OC3021: certificates that nobody is asked for, and that tell nobody apart. */
export const checkClientCertificates: Check = (gateway, sink) => {
  for (const certificates of gateway.clientCertificates) {
    if (gateway.server.tls === null)
      sink.error('OC3015', certificates.at, {
        part: 'key',
        message: 'client certificates need `server.tls`',
        help: 'add `tls: { certificate: …, certificate_key: … }` to `server`; there are none over plain HTTP',
      });
    checkSubjects(certificates, sink);
  }
  rejectSecond(gateway, sink);
  if (gateway.server.tls !== null) warnPlain(gateway, sink);
};

function checkSubjects({ clients }: ClientCertificates, sink: CheckSink): void {
  const first = new Map<string, ClientCertificates['clients'][number]>();
  for (const client of clients) {
    const place = [...client.at, 'subject'];
    const earlier = first.get(client.subject);
    if (earlier === undefined) first.set(client.subject, client);
    else
      sink.error('OC3001', place, {
        message: `subject \`${client.subject}\` is there twice`,
        related: [{ message: 'first here', path: [...earlier.at, 'subject'] }],
      });
    warnBlanks(client, sink);
  }
}

/** `$ssl_client_s_dn` has no blanks behind its commas, other than what `openssl x509 -subject` prints. */
function warnBlanks({ id, at, subject }: ClientCertificates['clients'][number], sink: CheckSink): void {
  if (!/, +[A-Za-z0-9.]+ *=/.test(subject)) return;
  sink.warning('OC3012', [...at, 'subject'], {
    message: `no certificate is \`${id}\`: nginx writes subjects without blanks behind commas`,
    help: `write \`${subject.replace(/, +(?=[A-Za-z0-9.]+ *=)/g, ',')}\``,
  });
}

/** `ssl_client_certificate` belongs to a whole server (ngx_http_ssl_module). */
function rejectSecond({ clientCertificates, routes }: Gateway, sink: CheckSink): void {
  const named = new Set(routes.flatMap(namedMethods));
  const [first, ...others] = clientCertificates.filter(({ name }) => named.has(name));
  if (first === undefined) return;
  for (const { name, at } of others)
    sink.error('OC3008', at, {
      part: 'key',
      message: `\`${name}\` cannot be used beside \`${first.name}\``,
      help: 'nginx has one list of authorities for all routes; put both into one section with a `ca` file that holds both',
      related: [{ message: 'the other one', path: first.at, part: 'key' }],
    });
}

function warnPlain({ server, clientCertificates, routes }: Gateway, sink: CheckSink): void {
  const [listener] = plainListeners(server);
  if (listener === undefined) return;
  const names = clientCertificates.map(({ name }) => name);
  for (const route of routes) {
    const method = namedMethods(route).find((name) => names.includes(name));
    if (method === undefined) continue;
    sink.warning('OC3021', placeOfMethod(route, method, sink), {
      message: `route \`${route.name}\` asks for certificates, but is served over plain HTTP too, where there are none`,
      help: 'leave out `redirect: false`, or serve plain HTTP on 127.0.0.1 only',
      related: [{ message: 'plain HTTP', path: listener.at }],
    });
  }
}
