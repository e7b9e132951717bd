import type { Route } from '../../gateway/common/gateway.ts';
import type { RateZone } from '../../gateway/common/limits.ts';
import type { Rate } from '../../language/limits/rate-zones.ts';
import type { Token } from '../../nginx/token.ts';
import { comment, literal, number, parameter, sizeText, text, variable } from '../../nginx/token.ts';
import type { AuthPlan, AuthPlans } from '../common/auth-plan.ts';
import { claimVariable } from '../common/claim-variable.ts';
import type { LowerContext, TemplateFile } from '../common/context.ts';
import { placeOf } from '../common/context.ts';
import { asksWho, claimsOf, tierNeedsLua, zonesOf } from '../common/limit-needs.ts';
import type { MapView } from '../common/map-view.ts';
import type { NativeAuth } from '../common/native-auth.ts';
import { reportMissingLua } from '../common/report-missing-lua.ts';
import { shortHash } from '../common/short-hash.ts';
import { createLimitKeys } from './keys.ts';

/**
 * What nginx gives to requests over a limit until their error page makes it 429. Not 429 itself, which a route may send
 * on to another upstream when it comes from the first one.
 */
export const limitedStatus = 463;

/** The limits of a route, all in the one location that handles it: nginx looks at `limit_req` once for a request. */
export interface LimitsView {
  readonly status: Token;
  /** Seconds until the slowest limit lets one more request through. */
  readonly retryAfter: Token;
  /** `client <id>`, `address`, or nothing for what will be refused; null where no limit asks. */
  readonly counted: Token | null;
  readonly tier: Token | null;
  readonly claims: readonly { readonly variable: Token }[];
  readonly limits: readonly { readonly words: readonly Token[] }[];
}

/** What limits count by, and the memory for the counts. */
export interface LimitsFileView {
  readonly maps: readonly MapView[];
  readonly limits: readonly {
    readonly title: Token;
    readonly place: Token;
    readonly zones: readonly { readonly words: readonly Token[] }[];
  }[];
}

export interface LoweredLimits {
  /** The zones and what they count by; none without limits. */
  readonly files: readonly TemplateFile<'conf.d/limits.conf', LimitsFileView>[];
  readonly views: ReadonlyMap<Route, LimitsView>;
}

/** Limits by rate as nginx's `limit_req`; reports what needs Lua and has none (OC4001). */
export function lowerLimits(
  context: LowerContext,
  { plans, native }: { plans: AuthPlans; native: NativeAuth },
): LoweredLimits {
  const { gateway } = context;
  const limited = gateway.routes.filter((route) => route.limits.length > 0);
  if (limited.length === 0) return { files: [], views: new Map() };
  const used = gateway.rateZones.filter(({ name }) => limited.some(({ limits }) => limits.includes(name)));
  const keys = createLimitKeys(claimVariable);
  const zones = new Map(used.map((zone) => [zone.name, lowerZone(zone, keys.keyOf)] as const));
  const views = new Map<Route, LimitsView>();
  for (const route of limited) {
    const plan = plans.get(route) ?? { kind: 'open' };
    reportTiers(route, plan, context);
    const own = zonesOf(route, gateway);
    const asks = own.some(asksWho);
    views.set(route, {
      status: number(limitedStatus),
      retryAfter: number(Math.max(...own.flatMap(ratesOf).map(secondsForOne))),
      counted: asks ? (native.views.get(route)?.counted ?? literal(plan.kind === 'lua' ? '' : 'address')) : null,
      tier: asks ? literal(tierOf(plan)) : null,
      claims: claimsOf(own).map((claim) => ({ variable: variable(claimVariable(claim)) })),
      limits: own.flatMap(({ name }) => zones.get(name)?.map(({ limit }) => ({ words: limit })) ?? []),
    });
  }
  const described = used.map((zone) => ({
    title: comment(zone.name),
    place: placeOf(context, zone.at),
    zones: zones.get(zone.name)?.map(({ words }) => ({ words })) ?? [],
  }));
  const view = { maps: keys.maps, limits: described };
  return {
    files: [{ path: 'conf.d/limits.conf', template: 'conf.d/limits.conf', language: 'nginx', view }],
    views,
  };
}

interface LoweredZone {
  /** Of `limit_req_zone`. */
  readonly words: readonly Token[];
  /** Of `limit_req`. */
  readonly limit: readonly Token[];
}

/** One for everybody, and one for each tier with a rate of its own. */
function lowerZone(zone: RateZone, keyOf: (zone: RateZone, tier: string | null) => Token): readonly LoweredZone[] {
  const lower = (tier: string | null, { rate, burst }: { rate: Rate; burst: number }): LoweredZone => {
    const key = keyOf(zone, tier);
    const size = sizeText(zone.memory);
    const name = `${zone.name}${tier === null ? '' : `.${tier}`}_${shortHash(`${key.reads}\n${size}`)}`;
    return {
      words: [key, parameter('zone', `${name}:${size}`), parameter('rate', rateText(rate))],
      limit: [
        parameter('zone', name),
        ...(burst === 0 ? [] : [parameter('burst', burst)]),
        ...(zone.delay === 0 ? [] : [zone.delay === null ? text('nodelay') : parameter('delay', zone.delay)]),
      ],
    };
  };
  return [
    lower(null, zone),
    ...zone.tiers.flatMap((tier) => (tier.kind === 'limited' ? [lower(tier.name, tier)] : [])),
  ];
}

function rateText({ requests, per }: Rate): string {
  return `${requests}r/${per === 'second' ? 's' : 'm'}`;
}

function ratesOf({ rate, tiers }: RateZone): readonly Rate[] {
  return [rate, ...tiers.flatMap((tier) => (tier.kind === 'limited' ? [tier.rate] : []))];
}

/** nginx counts in whole thousandths of requests a second (ngx_http_limit_req_zone), so `1r/m` takes 63 seconds. */
function secondsForOne({ requests, per }: Rate): number {
  const thousandths = Math.floor((requests * 1000) / (per === 'second' ? 1 : 60));
  return Math.ceil(1000 / thousandths);
}

/** What everybody with a password has; our Lua says it of others. */
function tierOf(plan: AuthPlan): string {
  return plan.kind === 'native' && plan.certificates === null ? (plan.basic?.tier ?? '') : '';
}

function reportTiers(route: Route, plan: AuthPlan, context: LowerContext): void {
  const { gateway, sink, capabilities } = context;
  if (plan.kind !== 'native' || capabilities.lua) return;
  const methods = [
    ...(plan.certificates === null
      ? []
      : [{ kind: 'client_certificates', name: plan.certificates.name, value: plan.certificates } as const]),
    ...(plan.basic === null ? [] : [{ kind: 'basic_auth', name: plan.basic.name, value: plan.basic } as const]),
  ];
  if (!tierNeedsLua(zonesOf(route, gateway), { methods, all: plan.all })) return;
  const own = [...route.at, 'limits'];
  reportMissingLua(context, {
    at: sink.has(own) ? own : ['server', 'limits'],
    does: `tell the tiers of callers of \`${route.name}\``,
  });
}
