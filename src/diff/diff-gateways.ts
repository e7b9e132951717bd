import { compareMethods } from './callers/compare-methods.ts';
import { type Change, type GatewayDiff, type Risk, type Summary, waysToTakeEffect } from './common/change.ts';
import { compareObject } from './common/compare-object.ts';
import type { PublicModel } from './common/public-model.ts';
import type { Context } from './common/rule.ts';
import { quote } from './common/verdicts.ts';
import { compareModels } from './destinations/compare-models.ts';
import { groupChanges } from './group-changes.ts';
import { compareRateZones } from './limits/compare-rate-zones.ts';
import { objectRules } from './object-rules.ts';
import { compareRoutes } from './routes/compare-routes.ts';
import { compareUpstreams } from './upstreams/compare-upstreams.ts';

type Gateways = Context<never>['gateways'];

/**
 * What changes for callers from one gateway to another; the same for the same two, in the same order. The models are
 * those of `readPublicModel`. Values are shown as they are: nothing is masked here.
 */
export function diffGateways(before: PublicModel, after: PublicModel): GatewayDiff {
  const gateways = { before, after };
  return diffOf([
    ...compareSection('server', gateways),
    ...compareHolder('resolver', gateways),
    ...compareHolder('vault', gateways),
    ...compareMethods(gateways),
    ...compareUpstreams(gateways),
    ...compareModels(gateways),
    ...compareRateZones(gateways),
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

/** What can be left out as a whole. */
function compareHolder(name: 'resolver' | 'vault', gateways: Gateways): readonly Change[] {
  const before = { [name]: gateways.before[name] };
  const after = { [name]: gateways.after[name] };
  return compareObject({
    object: name,
    context: { title: quote(name), before, after, gateways },
    rules: objectRules[name],
  });
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
