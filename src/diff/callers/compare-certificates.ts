import type { Change } from '../common/change.ts';
import { compareObject } from '../common/compare-object.ts';
import type { PublicCertificate, PublicCertificates } from '../common/public-model.ts';
import type { Context, ObjectRules } from '../common/rule.ts';
import { quote, verdict } from '../common/verdicts.ts';
import { wholeChange } from '../common/whole-change.ts';
import { certificateObject } from './client-certificates.ts';
import { describeRights } from './describe-rights.ts';
import { routesAsking } from './routes-asking.ts';

interface Options {
  readonly object: string;
  readonly rules: ObjectRules;
  readonly context: Context<PublicCertificates>;
}

/** Whose certificates are accepted, and which are known where not all of them are. */
export function compareCertificates({ object, rules, context }: Options): readonly Change[] {
  const { before, after } = context;
  if (before.clients.length === 0 || after.clients.length === 0) return compareObject({ object, rules, context });
  const own = { ...context, before: { ...before, clients: [] }, after: { ...after, clients: [] } };
  return [...compareObject({ object, rules, context: own }), ...compareKnown(context)];
}

function compareKnown({ before, after, gateways }: Context<PublicCertificates>): readonly Change[] {
  const left = bySubject(before.clients);
  const objectOf = (subject: string): string => `certificate ${after.name}/${subject}`;
  const kept = [...bySubject(after.clients)].flatMap(([subject, now]): readonly Change[] => {
    const was = left.get(subject);
    left.delete(subject);
    if (was !== undefined) {
      const context = { title: `client ${quote(now.id)}`, before: was, after: now, gateways };
      return compareObject({ object: objectOf(subject), context, rules: certificateObject });
    }
    const routes = routesAsking(gateways.after).get(after.name) ?? [];
    const rights = describeRights(now, { routes, proof: after.name });
    const effect = `the bearer of this certificate is new, client ${quote(now.id)}, and may call ${rights}`;
    return [
      wholeChange('add', {
        object: objectOf(subject),
        text: now.id,
        verdict: verdict('loosens', effect),
        takesEffect: 'reload',
      }),
    ];
  });
  const removed = [...left].map(([subject, was]) =>
    wholeChange('remove', {
      object: objectOf(subject),
      text: was.id,
      verdict: verdict('narrows', `the bearer of this certificate, client ${quote(was.id)}, can no longer call`),
      takesEffect: 'reload',
    }),
  );
  return [...kept, ...removed];
}

function bySubject(clients: readonly PublicCertificate[]): Map<string, PublicCertificate> {
  return new Map(clients.map((client) => [client.subject, client]));
}
