import type { KeyObject } from 'node:crypto';
import type { JwtGateway } from './jwt-gateway.ts';
import { luaValue } from './jwt-lua-value.ts';
import { type Algorithm, signBytesBy } from './jwt-sign.ts';

export const notOurs = 'is not an RSA, P-256 or Ed25519 key';

/** The Lua expression of a key from a JWK, which goes there as JSON. */
export function fromJwk(jwk: unknown): string {
  return `public_key.from_jwk(json.decode(${luaValue(JSON.stringify(jwk))}))`;
}

/** The Lua expression of a key from PEM. */
export function fromPem(pem: string): string {
  return `public_key.from_pem(${luaValue(pem)})`;
}

/** The kind of the key that a Lua expression gives, or why it gives none. */
export function kindOf(gateway: JwtGateway, expression: string): Promise<string> {
  return gateway.run(`local key, reason = ${expression} return key and key.kind or reason`);
}

export interface Use {
  /** The Lua expression of the key. */
  readonly key: string;
  readonly algorithm: Algorithm;
  readonly signer: KeyObject;
}

/** Whether a key verifies what the signer signs, and whether it verifies what the signer did not. */
export function verifies(gateway: JwtGateway, { key, algorithm, signer }: Use): Promise<string> {
  const signature = luaValue(signBytesBy(algorithm, signer, 'a text'));
  return gateway.run(`local key = ${key}
    local function verify(text)
      return tostring(public_key.verify(key, "${algorithm}", text, ${signature}))
    end
    return verify("a text") .. " " .. verify("another text")`);
}

export function toDer(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

/** Any bytes in PEM, be they a key or not. */
export function asPem(der: Buffer, label = 'PUBLIC KEY'): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
