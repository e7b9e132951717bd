import { readFile, stat } from 'node:fs/promises';
import { OperationError } from '../diagnostics/operation-error.ts';
import { decodeText } from '../source/decode-text.ts';
import { reasonOf } from '../source/read-text.ts';

/** A text file as it was read, so that it can be put back with the same byte order mark. */
export interface FileToEdit {
  readonly bytes: Uint8Array;
  readonly text: string;
  readonly encode: (text: string) => Uint8Array;
}

/** Half a million keys. */
const maxBytes = 64 * 1024 * 1024;

/** Undefined when there is no such file. Throws `OperationError` when it cannot be read or is no UTF-8 text. */
export async function readFileToEdit(path: string, name: string): Promise<FileToEdit | undefined> {
  const bytes = await readBytes(path, name);
  if (bytes === undefined) return undefined;
  const decoded = decodeText(bytes, name);
  if ('failure' in decoded) {
    const { message, help } = decoded.failure;
    throw new OperationError(message, help === undefined ? {} : { help });
  }
  const mark = bytes.subarray(0, bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0);
  return { bytes, text: decoded.text, encode: (text) => Buffer.concat([mark, Buffer.from(text)]) };
}

async function readBytes(path: string, name: string): Promise<Buffer | undefined> {
  const refuse = (reason: string, cause?: unknown) =>
    new OperationError(`cannot read \`${name}\`: ${reason}`, { cause });
  try {
    const found = await stat(path);
    if (!found.isFile()) throw refuse('it is not a regular file');
    if (found.size > maxBytes) throw refuse('it is larger than 64 MB');
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof OperationError) throw cause;
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw refuse(reasonOf(cause), cause);
  }
}
