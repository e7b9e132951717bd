import type { TokenAlgorithm, TokenIssuer } from '../../gateway/common/authentication.ts';
import type { Check, CheckSink } from '../common/rule.ts';
import { readPublicKey } from './read-public-key.ts';

/** OC3008, OC2004, OC3012 and OC3021: tokens that cannot be verified, or that say too little. */
export const checkTokenIssuers: Check = (gateway, sink) => {
  for (const issuer of gateway.tokenIssuers) {
    checkAlgorithms(issuer, sink);
    checkPublicKey(issuer, sink);
    warnUnbound(issuer, sink);
  }
  for (const { at, claims } of [...gateway.tokenIssuers, ...gateway.introspection])
    if (claims.require.length === 0 && sink.has([...at, 'require']))
      sink.warning('OC3012', [...at, 'require'], {
        part: 'key',
        message: '`require` has no effect: it names no claim',
      });
};

/** A public key as the secret of HS256 would let everybody who knows it sign (RFC 8725, 2.1). */
function checkAlgorithms({ at, keys, algorithms }: TokenIssuer, sink: CheckSink): void {
  const isSecret = keys.kind === 'secret';
  for (const algorithm of algorithms) {
    if ((algorithm === 'HS256') === isSecret) continue;
    sink.error(
      'OC3008',
      sink.placeOf([...at, 'algorithms'], (text) => text === algorithm),
      {
        message: isSecret ? `\`${algorithm}\` cannot be verified with a \`secret\`` : '`HS256` needs a `secret`',
        help: 'a secret verifies HS256; public keys verify RS256, PS256, ES256 and EdDSA',
        related: [{ message: 'the keys', path: [...at, 'keys'] }],
      },
    );
  }
}

/** What `openclaw.callers.public_key` takes: shorter ones are weak (RFC 7518, 3.3), longer ones take milliseconds. */
const shortestKey = 2048;
const longestKey = 8192;

function checkPublicKey({ name, at, keys, algorithms }: TokenIssuer, sink: CheckSink): void {
  if (keys.kind !== 'public_key') return;
  const place = [...at, 'keys', 'public_key'];
  const key = readPublicKey(keys.pem);
  if (key === undefined)
    sink.error('OC2004', place, {
      message: `the public key of \`${name}\` cannot be read`,
      help: '`openssl pkey -in private.pem -pubout` writes the public key of a private one',
    });
  else if (key.algorithms.length === 0)
    sink.error('OC3008', place, {
      message: `\`${name}\` has a key that verifies no signature that is known here`,
      help: 'keys are RSA, P-256 or Ed25519',
    });
  else if (!algorithms.some((algorithm) => key.algorithms.includes(algorithm)))
    rejectMismatch({ name, at, wanted: key.algorithms }, sink);
  else if (key.bits !== undefined && (key.bits < shortestKey || key.bits > longestKey))
    sink.error('OC3021', place, {
      message: `the RSA key of \`${name}\` has ${key.bits} bits`,
      help: `RSA keys have ${shortestKey} to ${longestKey} bits`,
    });
}

function rejectMismatch(
  given: { name: string; at: TokenIssuer['at']; wanted: readonly TokenAlgorithm[] },
  sink: CheckSink,
): void {
  const { name, at, wanted } = given;
  const isWritten = sink.has([...at, 'algorithms']);
  sink.error('OC3008', isWritten ? [...at, 'algorithms'] : [...at, 'keys'], {
    part: 'key',
    message: `the key of \`${name}\` verifies ${wanted.join(' and ')}, which \`algorithms\` do not have`,
    help: `write \`algorithms: ${wanted[0]}\``,
    related: [{ message: 'the key', path: [...at, 'keys', 'public_key'] }],
  });
}

/** A token that was made for another service is valid too, as long as nobody asks whom it is for (RFC 8725, 3.8, 3.9). */
function warnUnbound({ name, at, keys, issuer, audience }: TokenIssuer, sink: CheckSink): void {
  if (keys.kind === 'secret') return;
  const missing = [...(audience.length === 0 ? ['audience'] : []), ...(issuer === null ? ['issuer'] : [])];
  if (missing.length === 0) return;
  sink.warning('OC3021', at, {
    part: 'key',
    message: `tokens of \`${name}\` are accepted ${audience.length === 0 ? 'whoever they were made for' : 'whoever made them'}`,
    help: `any token that its keys verify will do; add ${missing.map((key) => `\`${key}\``).join(' and ')}`,
  });
}
