import { constants, createHash, privateEncrypt, sign } from 'node:crypto';
import type { VerifyOptions } from './jwt-gateway.ts';
import { ec, ecKoblitz, ecLarge, ed, publicJwk, publicNumber, rsa, rsaOfThree, rsaSmall, secret } from './jwt-keys.ts';
import { shortSecret, stranger } from './jwt-keys.ts';
import { type Algorithm, encodePart, signBytesBy, signToken, type TokenOptions } from './jwt-sign.ts';

export type Forgery = readonly [name: string, token: string | Uint8Array, reason: string, options?: VerifyOptions];
