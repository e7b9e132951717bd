import { compareText } from '../../compare-text.ts';
import { credentialReferencesOf } from '../../gateway/credentials/references.ts';
import type { Change } from '../common/change.ts';
import { compareObject } from '../common/compare-object.ts';
import type { PublicUpstream } from '../common/public-model.ts';
import type { Context } from '../common/rule.ts';
import { quote, verdict } from '../common/verdicts.ts';
import { whenAllRead } from '../common/when-read.ts';
import { wholeChange } from '../common/whole-change.ts';
import { judgeNewUpstream } from './judge-new-upstream.ts';
import { addressOf } from './server.ts';
import { upstreamObject } from './upstream.ts';

type Gateways = Context<never>['gateways'];

/** Upstreams that came, changed or went, by name. */
export function compareUpstreams(gateways: Gateways): readonly Change[] {
  const before = new Map(gateways.before.upstreams.map((upstream) => [upstream.name, upstream]));
  const after = new Map(gateways.after.upstreams.map((upstream) => [upstream.name, upstream]));
  const names = [...new Set([...before.keys(), ...after.keys()])].sort(compareText);
  return names.flatMap((name): readonly Change[] => {
    const was = before.get(name);
    const now = after.get(name);
    const object = `upstream ${name}`;
    const title = `upstream ${quote(name)}`;
    if (was !== undefined && now !== undefined)
      return compareObject({
        object,
        context: { title, before: was, after: now, gateways },
        rules: upstreamObject,
      });
    if (now !== undefined)
      return [
        wholeChange('add', {
          object,
          text: summaryOf(now),
          verdict: judgeNewUpstream(now, title, gateways.before),
          takesEffect: whenAllRead([], credentialReferencesOf(now)),
        }),
      ];
    if (was === undefined) return [];
    const effect = `nothing is sent to ${title} any more`;
    return [
      wholeChange('remove', {
        object,
        text: summaryOf(was),
        verdict: verdict('capacity', effect),
        takesEffect: 'reload',
      }),
    ];
  });
}

function summaryOf(upstream: PublicUpstream): string {
  const [first, ...more] = upstream.servers.map(addressOf);
  return more.length === 0 ? (first ?? '') : `${first} and ${more.length} more`;
}
