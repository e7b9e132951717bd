import type { Capabilities } from '../../nginx/capabilities.ts';

export interface TlsProfile {
  readonly protocols: readonly string[];
  /** Ciphers below TLS 1.3, or null where there are none to choose. */
  readonly ciphers: readonly string[] | null;
  readonly preferServerCiphers: boolean;
}

/**
 * The groups for the exchange of keys that all three profiles name: `tls_curves` of Mozilla's guidelines 5.7, and of 6.0
 * with the first one. Left to itself OpenSSL also takes finite fields, of which the largest, ffdhe8192, costs a server
 * a hundred times what X25519 does, before anybody has said who is calling.
 */
export function keyExchangeGroups(capabilities: Capabilities): readonly string[] {
  return [...(capabilities.mlKem ? ['X25519MLKEM768'] : []), 'X25519', 'prime256v1', 'secp384r1'];
}

const intermediateCiphers: readonly string[] = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
];

/**
 * Mozilla's server-side TLS guidelines, version 5.7 (wiki.mozilla.org/Security/Server_Side_TLS), without the DHE
 * suites, which nginx offers only with a `ssl_dhparam` file. OpenSSL 3 takes TLS 1.0 and 1.1 only at security level 0.
 */
export const tlsProfiles: Readonly<Record<'modern' | 'intermediate' | 'old', TlsProfile>> = {
  modern: { protocols: ['TLSv1.3'], ciphers: null, preferServerCiphers: false },
  intermediate: { protocols: ['TLSv1.2', 'TLSv1.3'], ciphers: intermediateCiphers, preferServerCiphers: false },
  old: {
    protocols: ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
    ciphers: [
      '@SECLEVEL=0',
      ...intermediateCiphers,
      'ECDHE-ECDSA-AES128-SHA256',
      'ECDHE-RSA-AES128-SHA256',
      'ECDHE-ECDSA-AES128-SHA',
      'ECDHE-RSA-AES128-SHA',
      'ECDHE-ECDSA-AES256-SHA384',
      'ECDHE-RSA-AES256-SHA384',
      'ECDHE-ECDSA-AES256-SHA',
      'ECDHE-RSA-AES256-SHA',
      'AES128-GCM-SHA256',
      'AES256-GCM-SHA384',
      'AES128-SHA256',
      'AES256-SHA256',
      'AES128-SHA',
      'AES256-SHA',
    ],
    preferServerCiphers: true,
  },
};
