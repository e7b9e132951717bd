import type { Rights } from '../../gateway/common/authentication.ts';
import { coversPattern } from '../../gateway/common/coverage.ts';
import { formatMoment } from '../../keys/moments.ts';
import type { TakesEffect } from '../common/change.ts';
import type { FieldRules, Rule, Verdict } from '../common/rule.ts';
import { quoteAll, verdict } from '../common/verdicts.ts';
import { judgeAddresses, showRanges } from '../server/judge-addresses.ts';
import { judgeEnd, judgeStart } from './judge-moments.ts';
import { judgeTier } from './judge-tier.ts';

/** What a change of the rights of a client means; for keys and for certificates. */
export function rightsRules(takesEffect: TakesEffect): FieldRules<Rights> {
  return {
    tier: {
      label: 'tier',
      about:
        'Its class, which provider keys and limits go by. Loosens when a limit gives the new one more, reroutes when an upstream has keys for either.',
      risks: ['loosens', 'narrows', 'reroutes', 'capacity'],
      takesEffect,
      judge: (before, after, { title, gateways }) => judgeTier({ before, after, who: `${title} is`, gateways }),
    },
    routes: listRule({
      label: 'routes',
      about: 'Routes that it may call. One more loosens; without any it may call all that ask for it.',
      takesEffect,
      may: 'call',
      thing: 'route',
      everything: 'every route that asks for it',
    }),
    upstreams: listRule({
      label: 'upstreams',
      about: 'Upstreams that it may reach. One more loosens; without any it may reach all.',
      takesEffect,
      may: 'reach',
      thing: 'upstream',
      everything: 'every upstream',
    }),
    models: listRule({
      label: 'models',
      about: 'Models that it may use. One more loosens; without any it may use all.',
      takesEffect,
      may: 'use',
      thing: '',
      everything: 'every model',
    }),
    addresses: {
      label: 'addresses',
      about: 'Addresses that it may call from. More of them loosen; without any it may call from everywhere.',
      risks: ['loosens', 'narrows', 'cosmetic'],
      takesEffect,
      show: (ranges) => (ranges.length === 0 ? 'all' : showRanges(ranges)),
      judge: (before, after, { title }) =>
        judgeAddresses(
          { allow: before, deny: [] },
          { allow: after, deny: [] },
          { letsIn: `${title} may call from`, noLonger: `${title} may no longer call from` },
        ),
    },
    notBefore: {
      label: 'not_before',
      about: 'When its time starts. Earlier loosens.',
      risks: ['loosens', 'narrows'],
      takesEffect,
      show: formatMoment,
      judge: (before, after, { title }) => judgeStart(before, after, `${title} may call`),
    },
    notAfter: {
      label: 'not_after',
      about: 'When its time ends. Later, or never, loosens.',
      risks: ['loosens', 'narrows'],
      takesEffect,
      show: formatMoment,
      judge: (before, after, { title }) => judgeEnd(before, after, `${title} may call`),
    },
  };
}

interface ListWords {
  readonly label: string;
  readonly about: string;
  readonly takesEffect: TakesEffect;
  /** Such as `call`, after `may`. */
  readonly may: string;
  /** What the items are, or nothing where their names say it. */
  readonly thing: string;
  readonly everything: string;
}

function listRule(words: ListWords): Rule<readonly string[], Rights> {
  const { label, about, takesEffect } = words;
  return {
    label,
    about,
    risks: ['loosens', 'narrows', 'cosmetic'],
    takesEffect,
    show: (items) => (items.length === 0 ? 'all' : items.join(', ')),
    judge: (before, after, { title }) => judgeList(before, after, { ...words, title }),
  };
}

/** An empty list restricts nothing. */
function judgeList(
  before: readonly string[],
  after: readonly string[],
  { title, may, thing, everything }: ListWords & { readonly title: string },
): Verdict {
  const named = (items: readonly string[]): string =>
    `${thing === '' ? '' : `${thing}${items.length === 1 ? '' : 's'} `}${quoteAll(items)}`;
  if (after.length === 0) return verdict('loosens', `${title} may ${may} ${everything}`);
  if (before.length === 0) return verdict('narrows', `${title} may only ${may} ${named(after)}`);
  const gained = notCovered(after, before);
  const lost = notCovered(before, after);
  if (gained.length > 0)
    return verdict(
      'loosens',
      `${title} may now ${may} ${named(gained)}${lost.length === 0 ? '' : `, no longer ${quoteAll(lost)}`}`,
    );
  return lost.length > 0
    ? verdict('narrows', `${title} may no longer ${may} ${named(lost)}`)
    : verdict('cosmetic', `${title} may ${may} the same as before`);
}

function notCovered(items: readonly string[], by: readonly string[]): readonly string[] {
  const known = new Set(by);
  const patterns = by.filter((pattern) => pattern.includes('*'));
  return items.filter((item) => !known.has(item) && !patterns.some((pattern) => coversPattern(pattern, item)));
}
