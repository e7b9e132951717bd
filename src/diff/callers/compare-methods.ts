import type { CredentialReference } from '../../language/common/scalars.ts';
import type { Change } from '../common/change.ts';
import { compareObject } from '../common/compare-object.ts';
import type { Context, Verdict } from '../common/rule.ts';
import { showUrl } from '../common/show-url.ts';
import { quoteAll, verdict } from '../common/verdicts.ts';
import { whenAllRead } from '../common/when-read.ts';
import { wholeChange } from '../common/whole-change.ts';
import { type Method, methodsByName, methodsOf, renamedMethods } from './auth-methods.ts';
import { basicAuthObject } from './basic-auth.ts';
import { clientCertificatesObject } from './client-certificates.ts';
import { compareCertificates } from './compare-certificates.ts';
import { compareClients } from './compare-clients.ts';
import { introspectionObject } from './introspection.ts';
import { keyMapObject } from './key-map.ts';
import { routesAsking } from './routes-asking.ts';
import { tokenIssuerObject } from './token-issuer.ts';
import { describeTokenKeys } from './token-keys.ts';

type Gateways = Context<unknown>['gateways'];

const methodRules = {
  key_map: keyMapObject,
  jwt: tokenIssuerObject,
  introspection: introspectionObject,
  basic_auth: basicAuthObject,
  client_certificates: clientCertificatesObject,
} as const;

/** Ways to say who is calling that came, changed or went, section by section, each with its clients. */
export function compareMethods(gateways: Gateways): readonly Change[] {
  const renamed = renamedMethods(gateways);
  const left = new Map(methodsOf(gateways.before).map((method) => [keyOf(method.object, method.name), method]));
  const kept = methodsOf(gateways.after).flatMap((now): readonly Change[] => {
    const key = keyOf(now.object, renamed.get(now.name) ?? now.name);
    const was = left.get(key);
    left.delete(key);
    return was === undefined ? [addedMethod(now, gateways)] : compareMethod(was, now, gateways);
  });
  return [...kept, ...[...left.values()].map(removedMethod)];
}

function keyOf(object: Method['object'], name: string): string {
  return `${object} ${name}`;
}

function compareMethod(was: Method, now: Method, gateways: Gateways): readonly Change[] {
  const place = { object: keyOf(now.object, now.name), rules: methodRules[now.object] };
  const context = { title: now.title, before: was.value, after: now.value, gateways };
  const clients = { before: was, after: now, gateways };
  if (was.object === 'key_map' && now.object === 'key_map')
    return [
      ...compareObject({ ...place, context }),
      ...compareClients({ ...clients, before: was.value, after: now.value }),
    ];
  if (was.object === 'client_certificates' && now.object === 'client_certificates')
    return compareCertificates({ ...place, context: { ...context, before: was.value, after: now.value } });
  return compareObject({ ...place, context });
}

function addedMethod(method: Method, gateways: Gateways): Change {
  return wholeChange('add', {
    object: keyOf(method.object, method.name),
    text: summaryOf(method),
    verdict: judgeNew(method, gateways.before),
    takesEffect: whenAllRead([], secretsOf(method)),
  });
}

/** By itself it lets nobody in; but what had its name may have asked for more. */
function judgeNew(method: Method, before: Gateways['before']): Verdict {
  const namesake = methodsByName(before).get(method.name);
  const routes = routesAsking(before).get(method.name) ?? [];
  return namesake === undefined || routes.length === 0
    ? verdict('cosmetic', `routes can ask for ${method.proof}`)
    : verdict('loosens', `callers of ${quoteAll(routes)} need ${method.proof}, no longer ${namesake.proof}`);
}

function removedMethod(method: Method): Change {
  return wholeChange('remove', {
    object: keyOf(method.object, method.name),
    text: summaryOf(method),
    verdict: verdict('cosmetic', `no route can ask for ${method.proof} any more`),
    takesEffect: 'reload',
  });
}

function summaryOf({ object, value }: Method): string {
  switch (object) {
    case 'key_map':
      return [
        ...(value.clients.length > 0 ? [counted(value.clients.length, 'client')] : []),
        ...(value.file === null ? [] : [value.file]),
      ].join(', ');
    case 'jwt':
      return `${value.algorithms.join(', ')} with ${describeTokenKeys(value.keys).replaceAll('`', '')}`;
    case 'introspection':
      return showUrl(value.url);
    case 'basic_auth':
      return value.file ?? counted(value.users.length, 'user');
    case 'client_certificates':
      return value.ca;
  }
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

function secretsOf({ object, value }: Method): readonly CredentialReference[] {
  if (object === 'introspection') return [value.clientSecret];
  return object === 'jwt' && value.keys.kind === 'secret' ? [value.keys.from] : [];
}
