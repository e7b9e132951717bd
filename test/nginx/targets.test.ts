import { describe, expect, test } from 'vitest';
import { capabilitiesOf } from '../../src/nginx/capabilities.ts';
import { defaultTargetName, findTarget, type Target, targetNames, withModules } from '../../src/nginx/targets.ts';

const named = targetNames.filter((name) => name !== 'local' && !name.includes('<'));

test('the default target is one', () => {
  expect(named).toContain(defaultTargetName);
});

test.each<[string, string, string, string | null, readonly string[]]>([
  ['debian-12', '1.22.1', 'www-data', '/usr/lib/nginx/modules', ['lua', 'brotli']],
  ['debian-13', '1.26.3', 'www-data', '/usr/lib/nginx/modules', ['lua', 'brotli', 'http2Directive']],
  [
    'nginx-1.30',
    '1.30.0',
    'www-data',
    '/usr/lib/nginx/modules',
    ['lua', 'brotli', 'http2Directive', 'upstreamResolve'],
  ],
  ['openresty-1.27', '1.27.1', 'nobody', null, ['lua', 'http2Directive']],
  ['openresty-1.29', '1.29.2', 'nobody', null, ['lua', 'http2Directive', 'upstreamResolve']],
  ['nginx-1.20', '1.20.0', 'nginx', null, []],
  ['nginx-1.25.1', '1.25.1', 'nginx', null, ['http2Directive']],
  ['nginx-1.25.0', '1.25.0', 'nginx', null, []],
  ['nginx-1.27.3', '1.27.3', 'nginx', null, ['http2Directive', 'upstreamResolve']],
  ['nginx-1.27.2', '1.27.2', 'nginx', null, ['http2Directive']],
])('%s is nginx %s', (name, version, user, modulesDirectory, can) => {
  const target = findTarget(name);
  expect(target).toMatchObject({ name, modulesDirectory });
  expect(target?.user[0]).toBe(user);
  expect(target?.platform.version.join('.')).toBe(version);
  const capabilities = target && capabilitiesOf(target.platform);
  for (const ability of ['lua', 'brotli', 'http2Directive', 'upstreamResolve'] as const)
    expect(capabilities?.[ability], ability).toBe(can.includes(ability));
});

test.each(named)('%s has whole paths, an image and what its modules need', (name) => {
  const target = findTarget(name) as Target;
  for (const path of [target.pid, target.logDirectory, target.certificateAuthorities, ...target.writableDirectories])
    expect(path).toMatch(/^\/[a-z0-9_./-]+[a-z0-9]$/);
  expect(target.image.from).toMatch(/^[a-z]+(?:\/[a-z]+)?:[a-z0-9.-]+$/);
  expect(target.platform.modules.includes('lua')).toBe(target.platform.luaVersion !== null);
});

test.each([
  '',
  'debian',
  'debian-11',
  'Debian-12',
  'debian-12 ',
  'nginx',
  'nginx-',
  'nginx-1',
  'nginx-1.19',
  'nginx-2.0',
  'nginx-1.28-alpine',
  'nginx-1.28.0.1',
  'nginx-1.28\n',
  'nginx-99999.1',
  '__proto__',
  'constructor',
  'local',
  'nginx-<version>',
])('%j is no target', (name) => {
  expect(findTarget(name)).toBeUndefined();
});

describe('withModules', () => {
  const plain = findTarget('nginx-1.28') as Target;
  const debian = findTarget('debian-12') as Target;

  test('changes nothing that is not asked', () => {
    expect(withModules(debian, {})).toEqual(debian);
    expect(withModules(plain, { lua: undefined, brotli: undefined })).toEqual(plain);
  });

  test('adds modules, and the folder that they are in', () => {
    const changed = withModules(plain, { lua: true });
    expect(changed.platform.modules).toContain('lua');
    expect(changed.platform.luaVersion).not.toBeNull();
    expect(changed.modulesDirectory).toBe('/usr/lib/nginx/modules');
  });

  test('takes modules away, and their packages', () => {
    const changed = withModules(debian, { lua: false, brotli: false });
    expect(changed.platform.modules).not.toContain('lua');
    expect(changed.platform.luaVersion).toBeNull();
    expect(changed.image.packages.filter((name) => /lua|brotli/.test(name))).toEqual([]);
    expect(changed.image.packages).toContain('nginx');
  });
});
