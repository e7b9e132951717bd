import { isDeepStrictEqual } from 'node:util';
import { compareText } from '../../compare-text.ts';
import type { Change } from '../common/change.ts';
import { compareObject } from '../common/compare-object.ts';
import type { Context, Verdict } from '../common/rule.ts';
import { newIn, quote, verdict } from '../common/verdicts.ts';
import { wholeChange } from '../common/whole-change.ts';
import { comparedModel, judgeUnused, reachOfModel, routesByModel } from './compared-model.ts';
import { describeTargets, showTargets } from './describe-destination.ts';
import { findModelLine } from './find-model-line.ts';
import { judgeReach } from './judge-reach.ts';
import { modelObject } from './model.ts';
import { namesIn } from './reach.ts';

type Gateways = Context<never>['gateways'];

/** Lines of the table of models that came, changed or went, by name. */
export function compareModels(gateways: Gateways): readonly Change[] {
  const before = new Map(gateways.before.models.map((line) => [line.name, line]));
  const after = new Map(gateways.after.models.map((line) => [line.name, line]));
  const names = [...new Set([...before.keys(), ...after.keys()])].sort(compareText);
  return names.flatMap((name): readonly Change[] => {
    const [was, now] = [before.get(name), after.get(name)];
    const object = `model ${name}`;
    if (was !== undefined && now !== undefined) {
      const versions = { before: comparedModel(was), after: comparedModel(now) };
      return compareObject({
        object,
        context: { title: `model ${quote(name)}`, ...versions, gateways },
        rules: modelObject,
      });
    }
    const line = now ?? was;
    if (line === undefined) return [];
    return [
      wholeChange(now === undefined ? 'remove' : 'add', {
        object,
        text: showTargets(line.targets),
        verdict: judgeMove(name, gateways),
        takesEffect: 'reload',
      }),
    ];
  });
}

/** Where the requests for a name went, if anywhere, and where they go when its line is there, or no longer is. */
function judgeMove(name: string, gateways: Gateways): Verdict {
  const routes = routesByModel(gateways);
  if (routes.length === 0) return judgeUnused(gateways);
  const was = findModelLine(name, gateways.before);
  const now = findModelLine(name, gateways.after);
  const requests = `requests for model ${quote(name)}`;
  if (now === undefined) return verdict('narrows', `${requests} are refused`);
  if (was === undefined)
    return verdict('loosens', `${requests} that were refused now reach ${describeTargets(now.targets.slice(0, 1))}`);
  return judgeReach({
    effect: `${requests} that went by ${quote(was.name)} now go by ${quote(now.name)} to ${describeTargets(now.targets)}`,
    harmless: isDeepStrictEqual(was.targets, now.targets) ? 'cosmetic' : 'reroutes',
    from: namesIn(was.targets),
    to: newIn(namesIn(was.targets), namesIn(now.targets)),
    was: reachOfModel(comparedModel(was)),
    now: reachOfModel(comparedModel(now)),
    routes,
    gateways,
  });
}
