import { describe, expect, it } from 'vitest';
import { findLocalTarget } from '../../src/engine/local-target.ts';

describe('findLocalTarget', () => {
  it('asks the nginx of this machine', async () => {
    const target = await findLocalTarget();
    expect(target.name).toBe('local');
    expect(target.platform.version).toEqual([1, 22, 1]);
    expect(target.platform.modules).toEqual(expect.arrayContaining(['http_v2', 'lua', 'brotli']));
    expect(target).toMatchObject({ user: ['www-data'], pid: '/run/nginx.pid', logDirectory: '/var/log/nginx' });
  });
});
