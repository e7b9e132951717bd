import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { withTemporaryFolder } from '../helpers/temporary-folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const luacheck = (file: string) =>
  execa('luacheck', ['--no-color', '--config', join(root, '.luacheckrc'), file], { reject: false });

test.each([
  ['a global that nobody has defined', 'return ngx.var.host .. reqeust', 'accessing undefined variable'],
  ['a new global', 'found = ngx.var.host', 'setting non-standard global variable'],
  ['a field that nginx does not have', 'return ngx.vra.host', 'accessing undefined field'],
  ['a variable that nobody reads', 'local one = ngx.var.host\nreturn 1', 'unused variable'],
  ['a variable that hides another one', 'local a = 1\ndo\n  local a = 2\n  print(a)\nend\nreturn a', 'shadowing'],
])('%s is refused', async (_, text, want) => {
  await withTemporaryFolder(async (folder) => {
    await writeFile(join(folder, 'module.lua'), `${text}\n`);
    const { exitCode, stdout } = await luacheck(join(folder, 'module.lua'));
    expect(stdout).toContain(want);
    expect(exitCode).toBe(1);
  });
});

test('a module of nginx, with FFI and bits, is taken', async () => {
  await withTemporaryFolder(async (folder) => {
    const text = 'local ffi, bit = require "ffi", require "bit"\nngx.ctx.mark = bit.tohex(ffi.sizeof("int"))\n';
    await writeFile(join(folder, 'module.lua'), text);
    expect(await luacheck(join(folder, 'module.lua'))).toMatchObject({ exitCode: 0 });
  });
});

describe('without luacheck', () => {
  test.each([
    ['a developer is told', {}, 0],
    ['CI fails', { CI: 'true' }, 1],
  ])('%s', async (_, env, exitCode) => {
    await withTemporaryFolder(async (folder) => {
      await mkdir(join(folder, 'bin'));
      await symlink('/usr/bin/dirname', join(folder, 'bin/dirname'));
      const options = { env: { PATH: join(folder, 'bin'), ...env }, extendEnv: false, reject: false } as const;
      const { exitCode: actual, stderr } = await execa('/bin/bash', [join(root, '.ci/lua')], options);
      expect(stderr).toContain('there is no luacheck');
      expect(actual).toBe(exitCode);
    });
  });
});
