import { formatMoment } from '../../keys/moments.ts';
import { fingerprintOf } from '../../output/fingerprints.ts';
import type { PublicClient } from '../common/public-model.ts';
import type { AnyListRules, FieldRules, ListRules, ObjectRules } from '../common/rule.ts';
import { verdict } from '../common/verdicts.ts';
import { describeWindow, judgeEnd, judgeStart } from './judge-moments.ts';
import { rightsRules } from './rights.ts';

type PublicKey = PublicClient['keys'][number];

/** What a change of one client of a key map means. Workers see a new key file without a reload. */
const clientRules: FieldRules<PublicClient, 'id' | 'keys'> = rightsRules('within 2 s, no reload');

const keyRules: ListRules<PublicKey, PublicClient> = {
  identify: ({ hash }) => hash,
  label: ({ hash }) => `key.${fingerprintOf(hash)}`,
  order: verdict('cosmetic', 'the same keys work'),
  item: {
    label: 'key.<fingerprint>',
    about:
      'A key, by the first 12 digits of its SHA-256. One more loosens, also while keys are rotated: another secret opens the door.',
    risks: ['loosens', 'narrows'],
    takesEffect: 'within 2 s, no reload',
    show: showKey,
    plain: showKey,
    judge: (_before, after, { title, before: was, after: now }) => {
      if (after === null) return verdict('narrows', `a key of ${title} no longer works: who still has it is refused`);
      const known = new Set(was.keys.map(({ hash }) => hash));
      const kept = now.keys.filter(({ hash }) => known.has(hash)).length;
      if (kept === 0) return verdict('loosens', `${title} calls with another key${describeWindow(after)}`);
      const which = kept === 1 && now.keys.length === 2 ? 'a second' : 'a further';
      return verdict('loosens', `${which} key of ${title} works${describeWindow(after)}`);
    },
  },
  fields: {
    notBefore: {
      label: 'key.<fingerprint>.not_before',
      about: 'When this key starts to work. Earlier loosens.',
      risks: ['loosens', 'narrows'],
      takesEffect: 'within 2 s, no reload',
      show: formatMoment,
      judge: (before, after, { title }) => judgeStart(before, after, `this key of ${title} works`),
    },
    notAfter: {
      label: 'key.<fingerprint>.not_after',
      about: 'When this key stops to work. Later, or never, loosens.',
      risks: ['loosens', 'narrows'],
      takesEffect: 'within 2 s, no reload',
      show: formatMoment,
      judge: (before, after, { title }) => judgeEnd(before, after, `this key of ${title} works`),
    },
  } satisfies FieldRules<PublicKey, 'hash', PublicClient>,
};

const clientLists = { keys: keyRules } satisfies Readonly<Record<string, AnyListRules>>;

function showKey(key: PublicKey | null): string {
  return key === null ? 'none' : `valid${describeWindow(key)}`;
}

export const clientObject = {
  fields: clientRules,
  lists: clientLists,
  identity: ['id'],
} as const satisfies ObjectRules;
