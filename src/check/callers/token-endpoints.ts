import { isIP } from 'node:net';
import type { Path } from '../../diagnostics/diagnostic.ts';
import { isPrivate } from '../../gateway/common/is-private.ts';
import type { EndpointUrl } from '../../language/common/addresses.ts';
import type { Check, CheckSink } from '../common/rule.ts';
import { keyOwner } from '../credentials/key-owner.ts';

/** OC3005 and OC3015: issuers whom the gateway itself asks, in clear text or without a way to find them. */
export const checkTokenEndpoints: Check = (gateway, sink) => {
  const unresolved: Path[] = [];
  const check = (url: EndpointUrl, at: Path, what: string): void => {
    rejectClearText(url, { at, what }, sink);
    rejectAddress(url, at, sink);
    if (isIP(url.host) === 0 && gateway.resolver === null) unresolved.push(at);
  };
  for (const { name, at, keys } of gateway.tokenIssuers) {
    if (keys.kind !== 'url') continue;
    const long = [...at, 'keys', 'url'];
    check(keys.url, sink.has(long) ? long : [...at, 'keys'], `the keys of \`${name}\` would come unencrypted from`);
  }
  for (const { name, at, url, clientSecret } of gateway.introspection) {
    check(url, [...at, 'url'], `tokens and the secret of \`${name}\` would be sent unencrypted to`);
    const owner = keyOwner(clientSecret);
    if (owner !== undefined)
      sink.error('OC3005', [...at, 'client_secret'], {
        message: `\`env:${clientSecret.name}\` is the key of \`${owner}\`, but would be sent to \`${url.host}\``,
        help: 'name the secret that this issuer knows the gateway by',
      });
  }
  reportUnresolved(unresolved, sink);
};

function rejectClearText(url: EndpointUrl, { at, what }: { at: Path; what: string }, sink: CheckSink): void {
  if (url.scheme === 'https' || isPrivate(url.host)) return;
  sink.error('OC3005', at, {
    message: `${what} \`${url.host}\``,
    help: 'use `https://`',
  });
}

/** Lua's `sslhandshake` verifies names only: a certificate for the address itself would be refused at every request. */
function rejectAddress(url: EndpointUrl, at: Path, sink: CheckSink): void {
  if (url.scheme !== 'https' || isIP(url.host) === 0) return;
  sink.error('OC3008', at, {
    message: `the certificate of the address \`${url.host}\` cannot be verified`,
    help: 'write the name that its certificate is for',
  });
}

/** nginx looks names up for Lua only with a `resolver`. */
function reportUnresolved([first, ...rest]: readonly Path[], sink: CheckSink): void {
  if (first === undefined) return;
  sink.error('OC3015', first, {
    message: 'the name of this host cannot be looked up without a `resolver`',
    help: 'add `resolver: 127.0.0.53` (systemd-resolved) or `resolver: 127.0.0.11` (Docker)',
    related: rest.map((path) => ({ message: 'this one too', path })),
  });
}
