import { isPrivate } from '../../gateway/common/is-private.ts';
import type { Check } from '../common/rule.ts';
import { secretReferences } from './places.ts';

/** OC3015, OC3012 and OC3005: a Vault that is not named, that nobody needs, or that hears and tells in clear text. */
export const checkVault: Check = (gateway, sink) => {
  const { vault } = gateway;
  const [first, ...rest] = secretReferences(gateway, sink).filter(({ from }) => from.source === 'vault');
  if (vault === null) {
    if (first !== undefined)
      sink.error('OC3015', first.at, {
        message: 'references to Vault need a `vault` section',
        help: 'add `vault: { address: https://vault.example.com:8200, auth: { token_file: /etc/openclaw/vault-token } }`',
        related: rest.map(({ at }) => ({ message: 'this one too', path: at })),
      });
    return;
  }
  if (first === undefined)
    sink.warning('OC3012', ['vault'], {
      part: 'key',
      message: '`vault` is never used',
      help: 'refer to it in a credential, such as `vault:secret/data/openai#api_key`',
    });
  const { protocol, hostname } = new URL(vault.address);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (protocol === 'http:' && !isPrivate(host))
    sink.error('OC3005', ['vault', 'address'], {
      message: `keys would come unencrypted from \`${host}\``,
      help: 'use `https://`',
    });
};
