import { OperationError } from '../diagnostics/operation-error.ts';
import { clientId, keyHash } from '../language/common/access-scalars.ts';
import { duration } from '../language/common/scalars.ts';
import { parseRight } from './parse-right.ts';
import { type Right, type RightName, rightNames } from './right-names.ts';

/** A client's id. Who gives the key in its place does not get it shown again. */
export function readId(id: string): string {
  if (/^(?:oc|sk)-.{16}/.test(id))
    throw new OperationError('this looks like a key, and a client is named by its id', {
      help: '`openclaw keys list` shows ids; `openclaw keys hash` reads a key from standard input',
    });
  if (clientId.safeParse(id).success) return id;
  throw new OperationError('invalid client id', {
    help: 'it starts with a letter or digit, followed by letters, digits or `_ . @ -`, 64 characters at most',
  });
}

/** Rights from the options of their names. */
export function readRights(given: Readonly<Partial<Record<RightName, string | undefined>>>): readonly Right[] {
  return rightNames.flatMap((right): Right[] => {
    const text = given[right];
    return text === undefined ? [] : [[right, readRight(right, text)]];
  });
}

function readRight(right: RightName, text: string): Right[1] {
  const read = parseRight(right, text);
  if ('value' in read) return read.value;
  throw new OperationError(`invalid \`--${right.replace('_', '-')}\``, { help: read.reason });
}

/** When a new key ends. */
export function readEnd(text: string | undefined): string | 'never' | undefined {
  return text === undefined || text === 'never' ? text : String(readRight('not_after', text));
}

/** Milliseconds. */
export function readOverlap(text: string): number {
  const result = duration.safeParse(text);
  if (result.success) return result.data;
  throw new OperationError('invalid `--overlap`', {
    help: 'a duration is such as `12h`, `7d` or `0s`; ten years at most',
  });
}

/** The digits of a hash; what is none may be a key, and is not shown. */
export function readHash(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const result = keyHash.safeParse(text);
  if (result.success) return result.data;
  throw new OperationError('`--hash` takes `sha256:` and 64 hexadecimal digits', {
    help: '`openclaw keys hash` makes it of a key',
  });
}

/** The first digits of a hash. */
export function readHashPrefix(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const [, digits] = /^(?:sha256:)?([0-9A-Fa-f]{8,64})$/.exec(text) ?? [];
  if (digits !== undefined) return digits.toLowerCase();
  throw new OperationError('`--key` takes the start of a hash: `sha256:` and eight hexadecimal digits at least', {
    help: '`openclaw keys list` shows them',
  });
}
