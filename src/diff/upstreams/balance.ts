import type { PublicUpstream } from '../common/public-model.ts';
import type { FieldRulesOf } from '../common/rule.ts';
import { showDuration } from '../common/show-value.ts';
import { quote, verdict } from '../common/verdicts.ts';

type PublicBalance = PublicUpstream['balance'];

/** What another way to choose among the servers means. */
export const balanceRules: FieldRulesOf<PublicUpstream, 'balance'> = {
  balance: {
    label: 'balance',
    about: 'How requests are spread over the servers. The servers of conversations are kept over a reload.',
    risks: ['capacity'],
    takesEffect: (before, after) =>
      before.kind === 'conversation' && after.kind === 'conversation' ? 'reload' : 'reload, counters reset',
    ways: 'reload, counters reset; reload for a conversation that is kept longer or shorter',
    show: showBalance,
    judge: (_before, after, { title }) =>
      verdict(
        'capacity',
        after.kind === 'conversation'
          ? `a conversation stays with one server of ${title} until ${showDuration(after.ttl)} after its last request`
          : `requests are spread over the servers of ${title} by ${quote(showBalance(after))}`,
      ),
  },
};

function showBalance(balance: PublicBalance): string {
  if (balance.kind === 'conversation') return `conversation for ${showDuration(balance.ttl)}`;
  if (balance.kind !== 'hash') return balance.kind;
  const key = 'name' in balance.key ? `${balance.key.kind} ${balance.key.name}` : balance.key.kind;
  return `hash ${key}${balance.consistent ? '' : ', not consistent'}`;
}
