import type { PublicServer } from '../common/public-model.ts';
import type { FieldRules, ListRules } from '../common/rule.ts';
import { quote, verdict } from '../common/verdicts.ts';

type PublicListener = PublicServer['listeners'][number];

/** What a change of an address that the gateway listens on means. */
export const listenerRules: ListRules<PublicListener, PublicServer> = {
  identify: addressOf,
  label: (listener) => `listen ${addressOf(listener)}`,
  order: verdict('cosmetic', 'the same addresses are listened on'),
  item: {
    label: 'listen <address>',
    about:
      'An address that is listened on. One more loosens. From all addresses of a port to one of them, or back, needs a restart: the old socket is still open when nginx binds the new one on reload.',
    risks: ['loosens', 'narrows'],
    takesEffect: (before, after, context) => {
      const others = (after === null ? context.after : context.before).listeners;
      return others.some((other) => isInTheWay(other, after ?? before ?? noListener)) ? 'restart' : 'reload';
    },
    show: ({ tls }) => (tls ? 'HTTPS' : 'HTTP'),
    judge: (before, after, { before: server, after: now }) => {
      if (after === null) return verdict('narrows', `${quote(addressOf(before ?? noListener))} is closed`);
      const covered = server.listeners.some(
        ({ host, port, tls }) => host === null && port === after.port && tls === after.tls,
      );
      const protocol = after.tls ? 'HTTPS' : now.redirect === null ? 'plain HTTP' : 'plain HTTP, sent to HTTPS';
      return covered && !after.host?.startsWith('[')
        ? verdict('narrows', `${quote(addressOf(after))} answers where every address of the port did`)
        : verdict('loosens', `${quote(addressOf(after))} answers ${protocol}`);
    },
  },
  fields: {
    tls: {
      label: 'listen <address> tls',
      about: 'Whether an address speaks HTTPS.',
      risks: ['loosens', 'narrows'],
      takesEffect: 'reload',
      judge: (_before, after) =>
        after
          ? verdict('narrows', 'the address speaks only HTTPS')
          : verdict('loosens', 'the address speaks plain HTTP'),
    },
  } satisfies FieldRules<PublicListener, 'host' | 'port', PublicServer>,
};

const noListener: PublicListener = { host: null, port: 0, tls: false };

function addressOf({ host, port }: PublicListener): string {
  return `${host ?? '*'}:${port}`;
}

/**
 * Whether nginx cannot bind one address while the other is open: `bind() to 0.0.0.0:8080 failed (98: Address already in
 * use)`, after which it keeps the old configuration and `nginx -s reload` still exits with 0 (tried with 1.22.1).
 */
function isInTheWay(one: PublicListener, other: PublicListener): boolean {
  const [a, b] = [one, other].map(({ host }) => host ?? '0.0.0.0');
  const isSameFamily = a?.startsWith('[') === b?.startsWith('[');
  const isAnyOf = (host: string | undefined): boolean => host === '0.0.0.0' || host === '[::]';
  return one.port === other.port && a !== b && isSameFamily && (isAnyOf(a) || isAnyOf(b));
}
