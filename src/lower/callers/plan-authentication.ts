import { createHash } from 'node:crypto';
import type { AuthMethod } from '../../gateway/common/auth-methods.ts';
import { authMethodsOf } from '../../gateway/common/auth-methods.ts';
import type { CertificateClient, ClientCertificates } from '../../gateway/common/authentication.ts';
import type { Route } from '../../gateway/common/gateway.ts';
import type { RateZone } from '../../gateway/common/limits.ts';
import { upstreamsOf } from '../../gateway/common/targets.ts';
import type { AuthPlan, AuthPlans } from '../common/auth-plan.ts';
import type { LowerContext } from '../common/context.ts';
import { asksWho, claimsOf, tierNeedsLua, zonesOf } from '../common/limit-needs.ts';
import { reportMissingLua } from '../common/report-missing-lua.ts';

/** Decides for each route; reports what a target without Lua cannot ask for (OC4001). */
export function planAuthentication(context: LowerContext): AuthPlans {
  const methods = new Map<string, AuthMethod>();
  for (const method of [...authMethodsOf(context.gateway)].reverse()) methods.set(method.name, method);
  const reported = new Set<string>();
  const counted = countedPolicies(context);
  return new Map(
    context.gateway.routes.map((route): readonly [Route, AuthPlan] => {
      const { auth } = route;
      if (!('methods' in auth)) return [route, { kind: 'open' }];
      const wanted = auth.methods.flatMap((name) => methods.get(name) ?? []);
      const all = auth.kind === 'all';
      const basic = wanted.find((method) => method.kind === 'basic_auth')?.value ?? null;
      if (context.capabilities.lua && needsLua(route, wanted, context)) {
        const policy = policyName(auth.methods, all);
        const counts = counted.get(policy) ?? null;
        return [route, { kind: 'lua', policy, all, methods: wanted, basic, counts }];
      }
      for (const method of context.capabilities.lua ? [] : wanted) {
        if (reported.has(method.name)) continue;
        reported.add(method.name);
        reportWithoutLua(method, context);
      }
      const certificates = wanted.find((method) => method.kind === 'client_certificates')?.value ?? null;
      return [route, { kind: 'native', all, basic, certificates }];
    }),
  );
}

/** Routes that ask alike share a script, so what the limits of one need is there for all of them. */
function countedPolicies({ gateway }: LowerContext): ReadonlyMap<string, readonly string[]> {
  const zones = new Map<string, readonly RateZone[]>();
  for (const route of gateway.routes) {
    const asking = zonesOf(route, gateway).filter(asksWho);
    if (!('methods' in route.auth) || asking.length === 0) continue;
    const policy = policyName(route.auth.methods, route.auth.kind === 'all');
    zones.set(policy, [...(zones.get(policy) ?? []), ...asking]);
  }
  return new Map([...zones].map(([policy, asking]) => [policy, claimsOf(asking)]));
}

/** Names a folder too; whoever lists it should still see what it is. */
const longestPolicyName = 80;

function policyName(methods: readonly string[], all: boolean): string {
  const name = methods.join(all ? '+' : ',');
  if (name.length <= longestPolicyName) return name;
  const unique = createHash('sha256').update(name).digest('hex').slice(0, 12);
  return `${name.slice(0, longestPolicyName - 13)}-${unique}`;
}

/** Whether nginx's own modules cannot ask what a route asks, or cannot tell the upstream's key rules who it was. */
function needsLua(route: Route, methods: readonly AuthMethod[], context: LowerContext): boolean {
  const rules = upstreamsOf(route, context.gateway).flatMap(
    (name) => context.upstreams.get(name)?.credential?.rules ?? [],
  );
  return (
    rules.some(({ who }) => who.kind !== 'route') ||
    tierNeedsLua(zonesOf(route, context.gateway), { methods, all: route.auth.kind === 'all' }) ||
    // A certificate too, which may end while its connection is open: nginx itself looks at it only in the handshake.
    methods.some(({ kind }) => kind !== 'basic_auth')
  );
}

function restrictedClient(certificates: ClientCertificates): CertificateClient | undefined {
  return certificates.clients.find(
    ({ routes, upstreams, models, addresses, notBefore, notAfter }) =>
      [routes, upstreams, models, addresses].some((list) => list.length > 0) || notBefore !== null || notAfter !== null,
  );
}

const wordsFor = {
  key_maps: 'check keys',
  jwt: 'verify tokens',
  introspection: 'ask about tokens',
} as const;

function reportWithoutLua(method: AuthMethod, context: LowerContext): void {
  if (method.kind === 'basic_auth') return;
  if (method.kind === 'client_certificates') {
    const restricted = restrictedClient(method.value);
    if (restricted !== undefined)
      reportMissingLua(context, { at: restricted.at, does: `restrict what \`${restricted.id}\` may do` });
    return;
  }
  reportMissingLua(context, { at: method.value.at, part: 'key', does: wordsFor[method.kind] });
}
