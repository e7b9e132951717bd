import { createHash } from 'node:crypto';
import type { AuthMethod } from '../model/auth-methods.ts';
import { authMethodsOf } from '../model/auth-methods.ts';
import type { BasicAuth, CertificateClient, ClientCertificates } from '../model/authentication.ts';
import { upstreamsOf } from '../model/destinations.ts';
import type { Route } from '../model/gateway.ts';
import { findTarget, targetNames } from '../nginx/targets.ts';
import type { LowerContext } from './lower-context.ts';

/** What a route asks of callers, and who asks: nobody, nginx's own modules, or our Lua (with nginx's for passwords). */
export type AuthPlan =
  | { readonly kind: 'open' }
  | {
      readonly kind: 'lua';
      /** Also the name of its script: `apps`, `apps,staff` for any of two, `apps+staff` for both. */
      readonly policy: string;
      readonly all: boolean;
      readonly methods: readonly AuthMethod[];
      readonly basic: BasicAuth | null;
    }
  | {
      readonly kind: 'native';
      readonly all: boolean;
      readonly basic: BasicAuth | null;
      readonly certificates: ClientCertificates | null;
    };

export type AuthPlans = ReadonlyMap<Route, AuthPlan>;

/** Decides for each route; reports what a target without Lua cannot ask for (OC4001). */
export function planAuthentication(context: LowerContext): AuthPlans {
  const methods = new Map<string, AuthMethod>();
  for (const method of [...authMethodsOf(context.gateway)].reverse()) methods.set(method.name, method);
  const reported = new Set<string>();
  return new Map(
    context.gateway.routes.map((route): readonly [Route, AuthPlan] => {
      const { auth } = route;
      if (!('methods' in auth)) return [route, { kind: 'open' }];
      const wanted = auth.methods.flatMap((name) => methods.get(name) ?? []);
      const all = auth.kind === 'all';
      const basic = wanted.find((method) => method.kind === 'basic_auth')?.value ?? null;
      if (context.capabilities.lua && needsLua(route, wanted, context)) {
        return [route, { kind: 'lua', policy: policyName(auth.methods, all), all, methods: wanted, basic }];
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
    methods.some(
      (method) =>
        !(method.kind === 'basic_auth' || (method.kind === 'client_certificates' && !restrictedClient(method.value))),
    )
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
  const help = `targets that can: ${targetsWithLua().join(', ')}`;
  const { target, sink } = context;
  if (method.kind === 'basic_auth') return;
  if (method.kind === 'client_certificates') {
    const restricted = restrictedClient(method.value);
    if (restricted !== undefined)
      sink.error('OC4001', restricted.at, {
        message: `\`${target.name}\` cannot restrict what \`${restricted.id}\` may do: it has no Lua`,
        help,
      });
    return;
  }
  sink.error('OC4001', method.value.at, {
    part: 'key',
    message: `\`${target.name}\` cannot ${wordsFor[method.kind]}: it has no Lua`,
    help,
  });
}

export function targetsWithLua(): readonly string[] {
  return targetNames.filter((name) => findTarget(name)?.platform.luaVersion != null);
}
