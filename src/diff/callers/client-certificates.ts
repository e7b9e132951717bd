import type { PublicCertificate, PublicCertificates } from '../common/public-model.ts';
import type { FieldRules, ObjectRules } from '../common/rule.ts';
import { quote, verdict } from '../common/verdicts.ts';
import { nameRule } from './method-name.ts';
import { rightsRules } from './rights.ts';
import { sameClientsRule } from './same-clients.ts';

/** What a change of whose certificates are accepted means; known certificates are objects of their own. */
const clientCertificatesRules: FieldRules<PublicCertificates> = {
  name: nameRule(),
  sameClientsAs: sameClientsRule(),
  ca: {
    label: 'ca',
    about: 'Authorities whose certificates are accepted. Others loosen.',
    risks: ['loosens'],
    takesEffect: 'reload',
    judge: (_before, after) =>
      verdict('loosens', `client certificates of the authorities in ${quote(after)} are accepted`),
  },
  crl: {
    label: 'crl',
    about: 'Revoked certificates. None, or another list, loosens.',
    risks: ['loosens', 'narrows'],
    takesEffect: 'reload',
    judge: (before, after) => {
      if (after === null)
        return verdict('loosens', 'client certificates are no longer checked against a revocation list');
      return before === null
        ? verdict('narrows', `client certificates that ${quote(after)} revokes are refused`)
        : verdict('loosens', `revoked are only client certificates in ${quote(after)}; the spec does not say which`);
    },
  },
  depth: {
    label: 'depth',
    about: 'Longest chain of authorities. Longer loosens.',
    risks: ['loosens', 'narrows'],
    takesEffect: 'reload',
    judge: (before, after) =>
      verdict(
        after > before ? 'loosens' : 'narrows',
        `client certificates with up to ${after} ${after === 1 ? 'authority' : 'authorities'} above them are accepted`,
      ),
  },
  clients: {
    label: 'clients',
    about: 'Certificates that are known. Without a list all of the authorities are, which loosens.',
    risks: ['loosens', 'narrows'],
    takesEffect: 'reload',
    show: (clients) => (clients.length === 0 ? 'every certificate' : clients.map(({ id }) => id).join(', ')),
    judge: (_before, after, { after: { name } }) =>
      after.length === 0
        ? verdict('loosens', `every certificate of the authorities of ${quote(name)} is known, by its common name`)
        : verdict('narrows', `only certificates that ${quote(name)} names are known`),
  },
};

/** What a change of one known certificate means. */
const certificateRules: FieldRules<PublicCertificate, 'subject'> = {
  id: {
    label: 'id',
    about: 'Who it belongs to, which provider keys and limits go by.',
    risks: ['reroutes'],
    takesEffect: 'reload',
    judge: (_before, after) => verdict('reroutes', `its bearer is client ${quote(after)}`),
  },
  ...rightsRules('reload'),
};

export const clientCertificatesObject = {
  fields: clientCertificatesRules,
  lists: {},
  identity: [],
} as const satisfies ObjectRules;

export const certificateObject = {
  fields: certificateRules,
  lists: {},
  identity: ['subject'],
} as const satisfies ObjectRules;
