import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { suggest } from '../diagnostics/suggest.ts';
import { decodeText, type ReadFailure, type ReadResult } from './decode-text.ts';

export interface ReadTextOptions {
  /** The name to print. */
  readonly name: string;
  readonly maxBytes: number;
  /** `stream` also takes pipes and devices, as in `openclaw build <(sops -d gateway.yaml)`. */
  readonly accept: 'regular' | 'stream';
}

/** A specification is text that people write; 8 MB is thirty times what ten thousand short routes need. */
export const maxSpecBytes = 8 * 1024 * 1024;

/** Reads a text file without ever holding more than `maxBytes` of it; every reason against it is a `failure`. */
export async function readText(path: string, options: ReadTextOptions): Promise<ReadResult> {
  const { name, maxBytes, accept } = options;
  try {
    const found = await stat(path);
    if (found.isDirectory()) return unreadable(name, 'it is a directory');
    if (!found.isFile() && accept === 'regular') return unreadable(name, 'it is not a regular file');
    if (found.size > maxBytes) return { failure: tooLarge(name, maxBytes, found.size) };
    const handle = await open(path, 'r');
    try {
      const bytes = await readBounded(handle, maxBytes);
      return bytes === undefined ? { failure: tooLarge(name, maxBytes) } : decodeText(bytes, name);
    } finally {
      await handle.close();
    }
  } catch (error) {
    return unreadable(name, reasonOf(error), await similarFile(path, error));
  }
}

/** Undefined when there is more than allowed; endless files (`/dev/zero`) end there as well. */
async function readBounded(handle: FileHandle, maxBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let total = 0;
  while (total <= maxBytes) {
    const chunk = Buffer.allocUnsafe(Math.min(256 * 1024, maxBytes + 1 - total));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
    if (bytesRead === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, bytesRead));
    total += bytesRead;
  }
  return undefined;
}

/** Node's error codes in words; the full error text would repeat the path. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons[code] ?? (code === '' ? 'it cannot be opened' : `the system says ${code}`);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a directory',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the path is too long',
  EMFILE: 'too many open files',
  ERR_INVALID_ARG_VALUE: 'it is not a valid path',
};

export function tooLarge(name: string, maxBytes: number, size?: number): ReadFailure {
  const limit = sizeInWords(maxBytes);
  return {
    code: 'OC1003',
    message:
      size === undefined
        ? `\`${name}\` is larger than ${limit}`
        : `\`${name}\` is ${sizeInWords(size)}; at most ${limit} is read`,
  };
}

function sizeInWords(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${Math.ceil(bytes / 1024 / 1024)} MB` : `${Math.ceil(bytes / 1024)} kB`;
}

export function unreadable(name: string, reason: string, help?: string): { readonly failure: ReadFailure } {
  return { failure: { code: 'OC1001', message: `cannot read \`${name}\`: ${reason}`, ...(help && { help }) } };
}

async function similarFile(path: string, error: unknown): Promise<string | undefined> {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) return undefined;
  const names = await readdir(dirname(path)).catch(() => []);
  const near = suggest(basename(path), names);
  return near && `did you mean \`${near}\`?`;
}
