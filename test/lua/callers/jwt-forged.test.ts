import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { forgedClaims } from './jwt-forged-claims.ts';
import { forgedForms, rightForms } from './jwt-forged-forms.ts';
import { forgedHeaders, harmlessHeaders } from './jwt-forged-headers.ts';
import { forgedSignatures } from './jwt-forged-signatures.ts';
import { type JwtGateway, startJwtGateway } from './jwt-gateway.ts';
import { genuine, options } from './jwt-genuine.ts';
import { jwks } from './jwt-keys.ts';

const forgeries = [...forgedSignatures, ...forgedHeaders, ...forgedClaims, ...forgedForms];
const algorithms = ['HS256', 'RS256', 'PS256', 'ES256', 'EdDSA'] as const;

describe.each(nginxReleases)('forged tokens on nginx %s', (release) => {
  let gateway: JwtGateway;

  beforeAll(async () => {
    gateway = await startJwtGateway(release, jwks);
  });
  afterAll(() => gateway?.stop());

  for (const [name, token, reason, more] of forgeries) {
    test(name, async () => {
      expect(await gateway.verify(token, { ...options, ...more })).toBe(reason);
    });
  }

  test.each(algorithms)('the genuine one by %s passes', async (algorithm) => {
    expect(await gateway.verify(genuine(algorithm), options)).toBe('ok me');
  });

  test.each(harmlessHeaders)('a genuine one with %s passes', async (_, token) => {
    expect(await gateway.verify(token, options)).toBe('ok me');
  });

  test.each(rightForms)('a genuine one passes: %s', async (_, token, maxBytes) => {
    expect(await gateway.verify(token, maxBytes ? { ...options, max_bytes: maxBytes } : options)).toBe('ok me');
  });

  test('nothing of them is in the error log', async () => {
    await gateway.verify('not a token', options);
    const log = await gateway.errorLog();
    expect(log).toContain('start worker process');
    expect(log).not.toMatch(/\[(warn|error|crit|alert|emerg)\]|eyJ|issuer\.example|not a token/);
  });
});
