import type { ClientCertificates } from '../../gateway/common/authentication.ts';
import type { Listener, Server, ServerTls } from '../../gateway/common/gateway.ts';
import type { Capabilities } from '../../nginx/capabilities.ts';
import type { Token } from '../../nginx/token.ts';
import { duration, number, size, text, variable } from '../../nginx/token.ts';
import type { LowerContext, TemplateFile } from '../common/context.ts';
import { placeIfGiven, placeOf } from '../common/context.ts';
import { defaultTimeouts } from '../common/default-timeouts.ts';
import type { LoweredLua } from '../common/lowered-lua.ts';
import { lowerResponseHeaders } from '../common/response-headers.ts';
import type { ConditionTable } from '../reading/conditions.ts';
import { lowerAddressRules } from './addresses.ts';
import { lowerConnections } from './connections.ts';
import { keyExchangeGroups, tlsProfiles } from './tls-profiles.ts';

interface ServerOptions {
  readonly conditions: ConditionTable;
  readonly lua: LoweredLua;
  readonly certificates: ClientCertificates | null;
}

/** `server` blocks: the one that refuses foreign hosts, the one that redirects, and the gateway itself. */
export function lowerServer(
  context: LowerContext,
  options: ServerOptions,
): readonly TemplateFile<'conf.d/server.conf', ServerFileView>[] {
  const view = viewOf(context, options);
  return [{ path: 'conf.d/server.conf', template: 'conf.d/server.conf', language: 'nginx', view }];
}

export type ServerFileView = ReturnType<typeof viewOf>;

function viewOf(context: LowerContext, options: ServerOptions) {
  const { gateway, capabilities } = context;
  const { server } = gateway;
  const secure = server.listeners.filter((listener) => listener.tls);
  const plain = server.listeners.filter((listener) => !listener.tls);
  const redirects = server.redirect !== null && plain.length > 0;
  const hasNames = server.names.length > 0;
  const http2 = server.http2 && secure.length > 0;
  const listen = (listener: Listener, isDefault: boolean): { readonly words: readonly Token[] } => ({
    words: [
      text(`${listener.host === null ? '' : `${listener.host}:`}${listener.port}`),
      ...(listener.tls ? [text('ssl')] : []),
      ...(listener.tls && http2 && !capabilities.http2Directive ? [text('http2')] : []),
      ...(isDefault ? [text('default_server')] : []),
    ],
  });
  const names = hasNames ? server.names.map(text) : [text('_')];
  return {
    places: {
      server: placeIfGiven(context, ['server']),
      names: placeIfGiven(context, ['server', 'names']),
      tls: placeIfGiven(context, ['server', 'tls']),
      redirect: placeIfGiven(context, ['server', 'redirect']) ?? placeIfGiven(context, ['server']),
    },
    tls: server.tls === null ? null : lowerTls(server.tls, { capabilities, resumes: options.certificates === null }),
    certificates: options.certificates === null ? null : lowerCertificates(options.certificates, context),
    connections: lowerConnections(context),
    http2: http2 && capabilities.http2Directive,
    limitsStreams: http2,
    refusePlain: hasNames && plain.length > 0 ? { listen: plain.map((listener) => listen(listener, true)) } : null,
    refuseSecure: hasNames && secure.length > 0 ? { listen: secure.map((listener) => listen(listener, true)) } : null,
    redirect: redirects
      ? {
          listen: plain.map((listener) => listen(listener, !hasNames)),
          names,
          addresses: lowerAddressRules(server.addresses, options.conditions),
          status: number(server.redirect?.status ?? 301),
          target: redirectTarget(server),
        }
      : null,
    main: {
      listen: [...(redirects ? [] : plain), ...secure].map((listener) => listen(listener, !hasNames)),
      names,
      maxBodySize: size(server.maxBodySize),
      responseHeaders: lowerResponseHeaders(gateway, []),
      connectTimeout: duration(defaultTimeouts.connect),
      readTimeout: duration(defaultTimeouts.read),
      sendTimeout: duration(defaultTimeouts.send),
      addresses: lowerAddressRules(server.addresses, options.conditions),
      healthFile: options.lua.healthFile,
      filters: options.lua.filters,
      variables: options.lua.needs.variables.map((name) => ({ name: variable(name) })),
      readsBodies: options.lua.readsBodies,
      hasRoot: gateway.routes.some((route) => route.path.kind === 'prefix' && route.path.path === '/'),
    },
  };
}

function redirectTarget(server: Server): Token {
  const port = server.redirect?.port ?? 443;
  return text(`https://$host${port === 443 ? '' : `:${port}`}$request_uri`);
}

/**
 * Ten minutes, where nginx's own `keepalive_time` is an hour: so long a connection may go on with what its handshake found
 * when nobody looks at each request, as without Lua, and when a revocation list has become too old since.
 */
const longestConnection = 600_000;

function lowerCertificates(certificates: ClientCertificates, context: LowerContext) {
  return {
    place: placeOf(context, certificates.at),
    ca: text(certificates.ca),
    crl: certificates.crl === null ? null : text(certificates.crl),
    depth: number(certificates.depth),
    connectionTime: duration(longestConnection),
  };
}

function lowerTls(tls: ServerTls, { capabilities, resumes }: { capabilities: Capabilities; resumes: boolean }) {
  const profile = tlsProfiles[tls.profile];
  return {
    certificate: text(tls.certificate),
    certificateKey: text(tls.certificateKey),
    protocols: profile.protocols.map(text),
    ciphers: profile.ciphers === null ? null : text(profile.ciphers.join(':')),
    groups: text(keyExchangeGroups(capabilities).join(':')),
    preferServerCiphers: profile.preferServerCiphers,
    resumes,
  };
}
