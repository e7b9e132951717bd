import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { RunningNginx } from './nginx.ts';
import { withTemporaryFolder } from './temporary-folder.ts';

const source = fileURLToPath(new URL('nginx/wall-clock.c', import.meta.url));
const library = '/media/wall-clock.so';
const place = '/run/wall-clock';

/** Files for `startNginx` that let a test set the clock which that nginx sees, and no other process. */
export async function wallClockFiles(): Promise<Record<string, Buffer | string>> {
  return withTemporaryFolder(async (folder) => {
    const file = join(folder, 'wall-clock.so');
    await execa('cc', ['-shared', '-fPIC', '-O2', '-o', file, source]);
    return { [library]: await readFile(file), '/etc/ld.so.preload': `${library}\n` };
  });
}

/** Sets the clock of an nginx that has `wallClockFiles` to so many seconds after the machine's, or before it. */
export async function setWallClock(nginx: Pick<RunningNginx, 'locate'>, seconds: number): Promise<void> {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(Math.round(seconds * 1000)));
  const path = nginx.locate(place);
  try {
    // In place: nginx has it in its memory.
    const file = await open(path, 'r+');
    await file.write(bytes, 0, bytes.length, 0);
    await file.close();
  } catch {
    await writeFile(`${path}.new`, bytes, { mode: 0o644 });
    await rename(`${path}.new`, path);
  }
}
