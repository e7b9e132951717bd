import type { PublicModel } from '../common/public-model.ts';
import type { FieldRules, ObjectRules } from '../common/rule.ts';
import { always, quote, verdict } from '../common/verdicts.ts';

type VaultHolder = Pick<PublicModel, 'vault'>;
type PublicVault = NonNullable<PublicModel['vault']>;

/** What a change of where secrets come from means. Its agent reads its configuration when it starts. */
const vaultRules: FieldRules<VaultHolder> = {
  vault: {
    label: 'vault',
    about: 'The Vault whose agent brings secrets.',
    risks: ['reroutes'],
    takesEffect: 'agent restart',
    show: ({ address }) => address,
    judge: (_before, after) =>
      verdict('reroutes', after === null ? 'no secret comes from Vault' : `secrets come from ${quote(after.address)}`),
  },
  'vault.address': {
    label: 'address',
    about: 'Where it is. Another place loosens: it gets the login, and chooses the keys. So does plain HTTP.',
    risks: ['loosens', 'narrows'],
    takesEffect: 'agent restart',
    judge: (before, after) => {
      if (after.startsWith('http:') && before.startsWith('https:'))
        return verdict('loosens', `secrets come from ${quote(after)} unencrypted`);
      return after.replace(/^https/, 'http') === before
        ? verdict('narrows', `secrets come from ${quote(after)} encrypted`)
        : verdict('loosens', `secrets come from ${quote(after)}, which gets the login of the gateway`);
    },
  },
  'vault.auth': {
    label: 'auth',
    about: 'How its agent logs in.',
    risks: ['reroutes'],
    takesEffect: 'agent restart',
    show: showLogin,
    judge: (_before, after) => verdict('reroutes', `the agent logs in by ${showLogin(after)}`),
  },
  'vault.namespace': {
    label: 'namespace',
    about: 'The namespace that secrets are looked for in.',
    risks: ['reroutes'],
    takesEffect: 'agent restart',
    judge: always('reroutes', () => 'secrets come from another namespace'),
  },
  'vault.ca': {
    label: 'ca',
    about: 'Authorities that it is believed by. From your own to those of the system, or to others, loosens.',
    risks: ['loosens', 'narrows'],
    takesEffect: 'agent restart',
    judge: (before, after) => {
      if (after === null) return verdict('loosens', 'Vault is believed by every authority of the system');
      return before === null
        ? verdict('narrows', `Vault is believed only by the authorities in ${quote(after)}`)
        : verdict('loosens', `Vault is believed by other authorities, those in ${quote(after)}`);
    },
  },
  'vault.directory': {
    label: 'directory',
    about: 'Where the agent puts secrets, and the gateway finds them after a reload.',
    risks: ['cosmetic'],
    takesEffect: 'agent restart',
    judge: (_before, after) =>
      verdict('cosmetic', `secrets are put into ${quote(after)}, where the gateway finds them after a reload`),
  },
};

function showLogin(auth: PublicVault['auth']): string {
  switch (auth.kind) {
    case 'approle':
      return `approle with ${auth.roleIdFile} and ${auth.secretIdFile}`;
    case 'kubernetes':
      return `kubernetes as ${auth.role}`;
    case 'token_file':
      return `the token in ${auth.path}`;
  }
}

export const vaultObject = {
  fields: vaultRules,
  lists: {},
  identity: [],
} as const satisfies ObjectRules;
