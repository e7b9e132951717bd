import type { Upstream } from '../../gateway/common/gateway.ts';
import { accountHeaders, credentialHeaders } from '../../gateway/credentials/headers.ts';
import type { ProviderName, ProviderPreset } from '../../language/upstreams/provider-presets.ts';
import { providerPresets } from '../../language/upstreams/provider-presets.ts';
import type { Token } from '../../nginx/token.ts';
import { comment, expression, literal, number, text, variable } from '../../nginx/token.ts';
import type { LowerContext, TemplateFile } from '../common/context.ts';
import { errorLogOf, placeOf } from '../common/context.ts';
import { headersWithKeys } from '../common/headers-with-keys.ts';
import { keyHeadersOf } from '../common/key-arguments.ts';

/** The file that each location of an upstream's routes includes. */
export function proxyFile(upstream: string): string {
  return `conf.d/proxy/${upstream}.conf`;
}

/** Tries of one request over the servers of a pool: enough to step around a dead one, too few to storm a sick one. */
const mostTries = 3;

/** What their services call accounts and sessions is nobody's business behind the gateway. */
const hostedResponseHeaders = ['Set-Cookie', 'Openai-Organization', 'Openai-Project', 'Anthropic-Organization-Id'];

/** How requests are passed to an upstream: its address, the headers it gets and does not get, TLS. */
export function lowerProxies(context: LowerContext): readonly TemplateFile<'conf.d/proxy.conf', ProxyFileView>[] {
  return [...context.upstreams.values()].map(
    (upstream) =>
      ({
        path: proxyFile(upstream.name),
        template: 'conf.d/proxy.conf',
        language: 'nginx',
        view: lowerProxy(upstream, context),
      }) as const,
  );
}

export type ProxyFileView = ReturnType<typeof lowerProxy>;

function lowerProxy(upstream: Upstream, context: LowerContext) {
  return {
    title: comment(upstream.name),
    place: placeOf(context, upstream.at),
    pass: text(`${upstream.tls === null ? 'http' : 'https'}://${upstream.name}`),
    host: upstream.host === null ? text('$host') : literal(upstream.host),
    tellsClient: !upstream.hosted,
    credential: lowerCredentialHeader(upstream),
    sentHeaders: headersWithKeys(upstream).map((header) => ({
      name: text(header.name),
      value: variable(header.variable),
    })),
    removedHeaders: removedHeaders(upstream, context).map(text),
    hiddenHeaders: ['Via', 'X-Powered-By', ...(upstream.hosted ? hostedResponseHeaders : [])].map(text),
    tries: number(upstream.resolve === 'never' ? Math.min(mostTries, upstream.servers.length) : mostTries),
    quietErrorLog: keepsKeysInArguments(upstream) ? text(errorLogOf(context)) : null,
    tls:
      upstream.tls === null
        ? null
        : {
            name: literal(upstream.tls.name),
            verify: upstream.tls.verify,
            ca: text(upstream.tls.ca ?? context.target.certificateAuthorities),
          },
  };
}

const presets: Readonly<Record<ProviderName, ProviderPreset>> = providerPresets;

/** Whether this API's request lines have keys in them: ours, or those that its clients send in vain. */
function keepsKeysInArguments({ credential, provider }: Upstream): boolean {
  return credential?.placement.kind === 'query' || presets[provider].credentialArguments.length > 0;
}

function lowerCredentialHeader(upstream: Upstream): { readonly name: Token; readonly value: Token } | null {
  const placement = upstream.credential?.placement;
  if (placement?.kind !== 'header') return null;
  const scheme = placement.scheme === 'bearer' ? [{ literal: 'Bearer ' }] : [];
  return { name: text(placement.name), value: expression([...scheme, { variable: 'openclaw_credential' }]) };
}

/**
 * Headers by which a client can ask some servers for another path than the one that was judged: IIS with URL Rewrite, and what
 * follows it (Symfony before 4.1.3, Zend, CVE-2018-14773).
 */
const pathHeaders = ['X-Original-URL', 'X-Rewrite-URL'] as const;

function removedHeaders(upstream: Upstream, context: LowerContext): readonly string[] {
  const placement = upstream.credential?.placement;
  const own = new Set(headersWithKeys(upstream).map(({ name }) => name.toLowerCase()));
  if (placement?.kind === 'header') own.add(placement.name.toLowerCase());
  // What goes with keys of another upstream says whose account they are for, too.
  const sent = [...context.upstreams.values()].flatMap((other) => headersWithKeys(other).map(({ name }) => name));
  const all = [...credentialHeaders, ...accountHeaders, ...keyHeadersOf(context.gateway), ...sent, ...pathHeaders];
  const seen = new Set(own);
  return all.filter((name) => {
    const isNew = !seen.has(name.toLowerCase());
    seen.add(name.toLowerCase());
    return isNew;
  });
}
