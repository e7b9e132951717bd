import type { Condition, Gateway, Route, Upstream, ValueTest } from '../model/gateway.ts';

/** Longest list that a cell shows in full. */
const shownServers = 3;

/** The tables at the end of a build: which requests go where, and what protects each. */
export function describeGateway(gateway: Gateway): string {
  const used = new Set(gateway.routes.map((route) => route.upstream));
  const routes = gateway.routes.map((route) => [
    route.name,
    pathText(route),
    whenText(route.conditions),
    route.upstream,
    routeProtection(route),
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

function serversText(upstream: Upstream): string {
  const names = upstream.servers.map((server) =>
    server.kind === 'unix' ? `unix:${server.host}` : `${server.host}:${server.port}`,
  );
  const rest = names.length - shownServers;
  return rest > 0 ? `${names.slice(0, shownServers).join(', ')} and ${rest} more` : names.join(', ');
}

function protectionText(upstream: Upstream): string {
  const { tls, credential } = upstream;
  const encryption = tls === null ? 'no encryption' : tls.verify ? 'TLS, verified' : 'TLS, not verified';
  return credential === null ? encryption : `${encryption}; key from ${credential.from.source}:${credential.from.name}`;
}

function routeProtection(route: Route): string {
  if (route.conditions.some((condition) => condition.kind === 'client')) return 'client address';
  return route.auth === 'none' ? 'nothing (auth: none)' : 'nothing';
}
