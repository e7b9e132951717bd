import { type Change, type GatewayDiff, type Risk, type Summary, waysToTakeEffect } from './change.ts';
import { compareObject } from './compare-object.ts';
import { compareRoutes } from './compare-routes.ts';
import { whenRead } from './effects-upstream-credential.ts';
import { addressOf } from './effects-upstream-server.ts';
import { groupChanges } from './group-changes.ts';
import { judgeNewUpstream } from './judge-new-upstream.ts';
import { objectRules } from './object-rules.ts';
import type { PublicModel, PublicUpstream } from './public-model.ts';
import type { Context } from './rule.ts';
import { quote } from './verdicts.ts';

type Gateways = Context<never>['gateways'];

/** What changes for callers from one gateway to another; the same for the same two, in the same order. */
export function diffGateways(before: PublicModel, after: PublicModel): GatewayDiff {
  const gateways = { before, after };
  return diffOf([
    ...compareSection('server', gateways),
    ...compareResolver(gateways),
    ...compareUpstreams(gateways),
    ...compareRoutes(gateways),
    ...compareSection('compression', gateways),
    ...compareSection('log', gateways),
    ...compareSection('process', gateways),
    ...compareSection('compose', gateways),
  ]);
}

export function diffOf(changes: readonly Change[]): GatewayDiff {
  return { formatVersion: 1, changes, summary: summarize(changes) };
}

function compareSection(
  name: 'server' | 'compression' | 'log' | 'process' | 'compose',
  gateways: Gateways,
): readonly Change[] {
  const before: object = gateways.before[name] ?? {};
  const after: object = gateways.after[name] ?? {};
  const context = { title: name === 'server' ? 'the gateway' : quote(name), before, after, gateways };
  return compareObject({ object: name, context, rules: objectRules[name] });
}

function compareResolver(gateways: Gateways): readonly Change[] {
  const before = { resolver: gateways.before.resolver };
  const after = { resolver: gateways.after.resolver };
  const context = { title: '`resolver`', before, after, gateways };
  return compareObject({ object: 'resolver', context, rules: objectRules.resolver });
}

function compareUpstreams(gateways: Gateways): readonly Change[] {
  const before = new Map(gateways.before.upstreams.map((upstream) => [upstream.name, upstream]));
  const after = new Map(gateways.after.upstreams.map((upstream) => [upstream.name, upstream]));
  const names = [...new Set([...before.keys(), ...after.keys()])].sort((a, b) => (a < b ? -1 : 1));
  return names.flatMap((name): readonly Change[] => {
    const was = before.get(name);
    const now = after.get(name);
    if (was !== undefined && now !== undefined) {
      if (JSON.stringify(was) === JSON.stringify(now)) return [];
      const context = { title: `upstream ${quote(name)}`, before: was, after: now, gateways };
      return compareObject({ object: `upstream ${name}`, context, rules: objectRules.upstream });
    }
    if (now !== undefined) return [addedUpstream(now, gateways)];
    return was === undefined ? [] : [removedUpstream(was)];
  });
}

function addedUpstream(upstream: PublicUpstream, { before }: Gateways): Change {
  const text = summaryOf(upstream);
  return {
    action: 'add',
    object: `upstream ${upstream.name}`,
    field: null,
    before: null,
    after: text,
    text: { before: 'none', after: text },
    ...judgeNewUpstream(upstream, `upstream ${quote(upstream.name)}`, before),
    takesEffect: upstream.credential === null ? 'reload' : whenRead(upstream.credential.from),
  };
}

function removedUpstream(upstream: PublicUpstream): Change {
  const text = summaryOf(upstream);
  return {
    action: 'remove',
    object: `upstream ${upstream.name}`,
    field: null,
    before: text,
    after: null,
    text: { before: text, after: 'none' },
    effect: `nothing is sent to upstream ${quote(upstream.name)} any more`,
    risk: 'capacity',
    takesEffect: 'reload',
  };
}

function summaryOf(upstream: PublicUpstream): string {
  const [first, ...more] = upstream.servers.map(addressOf);
  return more.length === 0 ? (first ?? '') : `${first} and ${more.length} more`;
}

function summarize(changes: readonly Change[]): Summary {
  const risks: Record<Risk, number> = { loosens: 0, narrows: 0, reroutes: 0, capacity: 0, cosmetic: 0 };
  for (const { risk } of changes) risks[risk] += 1;
  const groups = groupChanges(changes);
  const count = (action: Change['action']): number => groups.filter(([first]) => first?.action === action).length;
  return {
    change: count('change'),
    add: count('add'),
    remove: count('remove'),
    risks,
    takesEffect: waysToTakeEffect.find((way) => changes.some(({ takesEffect }) => takesEffect === way)) ?? null,
  };
}
