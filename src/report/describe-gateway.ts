import type { AddressRules } from '../gateway/common/authentication.ts';
import type {
  Condition,
  Credential,
  CredentialKey,
  Destination,
  Gateway,
  Route,
  Server,
  Upstream,
  ValueTest,
} from '../gateway/common/gateway.ts';
import { percentText } from '../gateway/common/percent-text.ts';
import { usedUpstreams } from '../gateway/common/targets.ts';

/** Longest list that a cell shows in full. */
const shownServers = 3;

/** The tables at the end of a build: which requests go where, and what protects each. */
export function describeGateway(gateway: Gateway): string {
  const used = usedUpstreams(gateway);
  const routes = gateway.routes.map((route) => [
    route.name,
    pathText(route),
    whenText(route.conditions),
    destinationText(route),
    routeProtection(route, gateway.server),
  ]);
  const upstreams = gateway.upstreams
    .filter((upstream) => used.has(upstream.name))
    .map((upstream) => [upstream.name, serversText(upstream), protectionText(upstream)]);
  return `\n${table(['route', 'path', 'when', 'upstream', 'protected by'], routes)}\n${table(['upstream', 'servers', 'protected by'], upstreams)}`;
}

/** Rows beyond this are summed up: a table of thousands helps nobody. */
const shownRows = 40;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const shown = rows.slice(0, shownRows);
  const widths = head.map((title, column) => Math.max(title.length, ...shown.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `  ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd();
  const rest = rows.length - shown.length;
  return `${[line(head.map((title) => title.toUpperCase())), ...shown.map(line), ...(rest > 0 ? [`  and ${rest} more`] : [])].join('\n')}\n`;
}

function pathText(route: Route): string {
  return route.path.kind === 'exact' ? `=${route.path.path}` : route.path.path;
}

function whenText(conditions: readonly Condition[]): string {
  return conditions.length === 0 ? 'always' : conditions.map(conditionText).join(', ');
}

function conditionText(condition: Condition): string {
  switch (condition.kind) {
    case 'method':
      return condition.values.join('|');
    case 'host':
      return `host ${condition.values.join('|')}`;
    case 'client':
      return `client ${condition.ranges.join('|')}`;
    case 'model':
      return `model ${condition.patterns.join('|')}`;
    case 'header':
      return `${condition.name}${testText(condition.test, ': ')}`;
    case 'query':
      return `?${condition.name}${testText(condition.test, '=')}`;
  }
}

function testText(test: ValueTest, separator: string): string {
  if (test.kind === 'one_of') return `${separator}${test.values.join('|')}`;
  return test.kind === 'present' ? ' present' : ' absent';
}

/** `claude 95% / llama 5%`, `by model`, `openai, then claude (copies to shadow)`. */
function destinationText({ destination, fallback, mirror }: Route): string {
  const [...others] = new Set(fallback.map(({ upstream }) => upstream));
  const copies = mirror === null ? '' : ` (copies to ${mirror.upstream})`;
  return `${[firstText(destination), ...others].join(', then ')}${copies}`;
}

function firstText(destination: Destination): string {
  switch (destination.kind) {
    case 'upstream':
      return destination.upstream;
    case 'by_model':
      return 'by model';
    case 'model_list':
      return 'the gateway itself';
    case 'split':
      return [...destination.sides]
        .sort((a, b) => b.share - a.share)
        .map(({ upstream, share }) => `${upstream} ${percentText(share)}`)
        .join(' / ');
  }
}

function serversText(upstream: Upstream): string {
  const names = upstream.servers.map((server) =>
    server.kind === 'unix' ? `unix:${server.host}` : `${server.host}:${server.port}`,
  );
  const rest = names.length - shownServers;
  return rest > 0 ? `${names.slice(0, shownServers).join(', ')} and ${rest} more` : names.join(', ');
}

function protectionText({ tls, credential }: Upstream): string {
  const encryption = tls === null ? 'no encryption' : tls.verify ? 'TLS, verified' : 'TLS, not verified';
  return credential === null ? encryption : `${encryption}; ${credentialText(credential)}`;
}

function credentialText({ keys, rules }: Credential): string {
  const [first] = keys;
  const key = first === undefined ? [] : keys.length > 1 ? [`${keys.length} keys`] : [`key from ${placeOf(first)}`];
  const rule = rules.length === 0 ? [] : [rules.length === 1 ? '1 rule' : `${rules.length} rules`];
  return [...key, ...rule].join(', ');
}

function placeOf({ from }: CredentialKey): string {
  return `${from.source}:${from.name}`;
}

function routeProtection({ auth, addresses, conditions }: Route, server: Server): string {
  const asked = auth.kind === 'any' || auth.kind === 'all';
  const parts = [
    ...(asked ? [auth.methods.join(auth.kind === 'all' ? ' and ' : ' or ')] : []),
    ...([addresses, server.addresses].some(hasRules) ? ['addresses'] : []),
    ...(conditions.some((condition) => condition.kind === 'client') ? ['client address'] : []),
  ];
  if (parts.length > 0) return parts.join(', ');
  return auth.kind === 'none' ? 'nothing (auth: none)' : 'nothing';
}

function hasRules({ allow, deny }: AddressRules): boolean {
  return allow.length + deny.length > 0;
}
