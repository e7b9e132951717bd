import { accountHeaders, credentialHeaders } from '../../gateway/credentials/headers.ts';
import type { ListRules } from '../common/rule.ts';
import { quote, verdict } from '../common/verdicts.ts';

export interface Header {
  readonly name: string;
  readonly value: string;
}

/** Answers with these are safer in browsers (OWASP Secure Headers Project). */
const protectiveHeaders = new Set([
  'strict-transport-security',
  'content-security-policy',
  'x-frame-options',
  'x-content-type-options',
  'referrer-policy',
  'permissions-policy',
  'cross-origin-opener-policy',
  'cross-origin-embedder-policy',
  'cross-origin-resource-policy',
]);

/** What an upstream may take for who is calling. */
const identityHeaders = new Set([
  ...[...credentialHeaders, ...accountHeaders].map((name) => name.toLowerCase()),
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'x-forwarded-user',
  'x-forwarded-email',
  'remote-user',
  'x-remote-user',
  'x-user',
  'x-user-id',
]);

const identify = ({ name }: Header): string => name.toLowerCase();
const order = verdict('cosmetic', 'headers come in another order');

export function responseHeaderRules<Subject>(): ListRules<Header, Subject> {
  return {
    identify,
    order,
    label: ({ name }) => `response_headers.${name}`,
    item: {
      label: 'response_headers.<name>',
      about:
        'A header of answers. Taking away or changing one that protects browsers, or letting other sites in (CORS), loosens.',
      risks: ['loosens', 'narrows', 'cosmetic'],
      takesEffect: 'reload',
      show: ({ value }) => value,
      judge: (before, after, { title }) => {
        const name = identify(after ?? before ?? { name: '', value: '' });
        const how = after === null ? 'no longer carry' : before === null ? 'now carry' : 'carry another';
        const effect = `answers of ${title} ${how} ${quote(name)}`;
        if (name.startsWith('access-control-allow-')) return verdict(after === null ? 'narrows' : 'loosens', effect);
        if (protectiveHeaders.has(name)) return verdict(before === null ? 'narrows' : 'loosens', effect);
        return verdict('cosmetic', effect);
      },
    },
  };
}

export function requestHeaderRules<Subject>(): ListRules<Header, Subject> {
  return {
    identify,
    order,
    label: ({ name }) => `request_headers.${name}`,
    item: {
      label: 'request_headers.<name>',
      about: 'A header that servers receive. One that says who is calling loosens when it comes or changes.',
      risks: ['loosens', 'narrows', 'reroutes'],
      takesEffect: 'reload',
      show: ({ value }) => value,
      judge: (before, after, { title }) => {
        const name = identify(after ?? before ?? { name: '', value: '' });
        const how = after === null ? 'no longer carry' : before === null ? 'now carry' : 'carry another';
        const effect = `requests of ${title} ${how} ${quote(name)}`;
        if (!identityHeaders.has(name)) return verdict('reroutes', effect);
        return verdict(after === null ? 'narrows' : 'loosens', `${effect}, which tells who is calling`);
      },
    },
  };
}
