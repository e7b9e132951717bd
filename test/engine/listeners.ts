import { readFile } from 'node:fs/promises';

/** Every socket that is listened on in the network of a process: addresses in the kernel's form, and paths. */
export async function listenersOf(pid: number): Promise<readonly string[]> {
  const rows = async (table: string): Promise<readonly (readonly string[])[]> => {
    const text = await readFile(`/proc/${pid}/net/${table}`, 'utf8');
    const lines = text.split('\n').slice(1);
    return lines.filter((line) => line !== '').map((line) => line.trim().split(/\s+/));
  };
  // proc(5): 0A is TCP_LISTEN, and the flag 0x10000 of a unix socket is __SO_ACCEPTCON.
  const [tcp, tcp6, unix] = await Promise.all([rows('tcp'), rows('tcp6'), rows('unix')]);
  return [
    ...[...tcp, ...tcp6].filter(([, , , state]) => state === '0A').map(([, address = '']) => address),
    ...unix.filter(([, , , flags = '']) => Number.parseInt(flags, 16) & 0x10000).map((row) => row[7] ?? 'unnamed'),
  ].sort();
}
