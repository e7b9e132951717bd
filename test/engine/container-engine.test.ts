import { expect, test } from 'vitest';
import { containerArguments } from '../../src/engine/container-engine.ts';
import { publicImage } from '../../src/engine/public-image.ts';
import { findTarget } from '../../src/nginx/targets.ts';

const asked = { image: 'nginx:1.28.0', container: 'openclaw-validate-1', bytes: 10, timeout: 30_000 } as const;

test.each(['docker', 'podman'] as const)('%s gives a container next to nothing', (name) => {
  const line = containerArguments({ ...asked, name }).join(' ');
  for (const words of [
    'run --rm --interactive --name openclaw-validate-1 --label openclaw=validate',
    '--network none --read-only --tmpfs /tmp:rw,nosuid,nodev,noexec,size=64m,mode=1777',
    '--cap-drop ALL --security-opt no-new-privileges --user 65534:65534',
    '--memory 256m --pids-limit 64',
  ])
    expect(line).toContain(words);
  expect(line).not.toMatch(/--(?:volume|mount|env|privileged|publish)/);
  expect(line).toMatch(/ sh \/tmp\/openclaw 10 35$/);
  expect(line.includes('--runtime runc --ulimit nofile=1024:1024 --ulimit nproc=256:256')).toBe(name === 'podman');
});

test.each([
  ['openresty-1.27', '', 'openresty/openresty:1.27.1.2-bookworm'],
  ['nginx-1.28.0', '', 'nginx:1.28.0'],
  ['debian-13', '', 'nginx:1.26.3'],
  ['debian-13', 'load_module /usr/lib/nginx/modules/ngx_http_lua_module.so;\n', null],
])('the public image for %s with `%s`', (name, text, want) => {
  const target = findTarget(name);
  if (target === undefined) throw new Error(name);
  expect(publicImage(target, [{ path: 'nginx.conf', text, meant: null }])).toBe(want);
});
