import { forwardingHeaders, framingHeaders } from '../../check/common/gateway-headers.ts';
import type { Gateway, Header, Route } from '../../gateway/common/gateway.ts';
import { credentialHeaders } from '../../gateway/credentials/headers.ts';
import { literal, text, variable } from '../../nginx/token.ts';
import type { LowerContext } from '../common/context.ts';
import { keyHeadersOf } from '../common/key-arguments.ts';
import type { HeaderView } from '../common/response-headers.ts';
import { overridingHeaders } from './ambiguities.ts';
import { headerVariable } from './hash-keys.ts';
import type { JudgedParts } from './judged-parts.ts';
import { judgedByName } from './judged-parts.ts';

/** Those that the gateway sets or removes on every request (templates/conf.d/proxy.conf.hbs). */
const settled: ReadonlySet<string> = new Set([
  ...framingHeaders,
  ...[...forwardingHeaders].filter((name) => name !== 'accept-encoding'),
  ...credentialHeaders.map((name) => name.toLowerCase()),
  'forwarded',
  'cf-connecting-ip',
  'true-client-ip',
]);

/**
 * Headers that an upstream gets as the gateway has read them. Where our Lua cannot refuse a header that comes twice, it
 * becomes the one line that nginx has judged: the first before 1.23, after that all, joined as RFC 9110, 5.3 allows.
 * Where the method was judged, nobody is told another one.
 */
export function lowerJudgedHeaders(
  route: Pick<Route, 'name'>,
  { gateway, capabilities, upstreams }: LowerContext,
  own: readonly Header[],
): readonly HeaderView[] {
  const judged = judgedIn(gateway).get(route.name);
  if (judged === undefined) return [];
  const set = new Set([
    ...settled,
    ...own.map(({ name }) => name.toLowerCase()),
    ...keyHeadersOf(gateway).map((name) => name.toLowerCase()),
    ...[...upstreams.values()].flatMap(({ credential }) =>
      credential?.placement.kind === 'header' ? [credential.placement.name.toLowerCase()] : [],
    ),
  ]);
  const overriding: readonly string[] = judged.method ? overridingHeaders : [];
  const isFree = (name: string): boolean => !set.has(name.toLowerCase());
  const isOverriding = (name: string): boolean => overriding.some((other) => other.toLowerCase() === name);
  return [
    ...(capabilities.lua ? [] : judged.headers.filter((name) => isFree(name) && !isOverriding(name))).map((name) => ({
      name: text(name),
      value: variable(headerVariable(name)),
    })),
    ...overriding.filter(isFree).map((name) => ({ name: text(name), value: literal('') })),
  ];
}

const known = new WeakMap<Gateway, ReadonlyMap<string, JudgedParts>>();

/** Once for a gateway, whatever number of routes ask. */
function judgedIn(gateway: Gateway): ReadonlyMap<string, JudgedParts> {
  const found = known.get(gateway) ?? judgedByName(gateway);
  known.set(gateway, found);
  return found;
}
