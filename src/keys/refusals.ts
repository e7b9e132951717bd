import type { Span } from '../diagnostics/source-file.ts';
import { suggest } from '../diagnostics/suggest.ts';
import type { Attempt, Problem } from './problem.ts';

/** Longest list of names in a message. */
const shownIds = 10;

export function unknownClient(
  id: string,
  { known, where }: { readonly known: readonly string[]; readonly where: string },
): Problem {
  const near = suggest(id, known);
  const rest = known.length > shownIds ? ` and ${known.length - shownIds} more` : '';
  const names =
    known.length === 0 ? 'there are no clients yet' : `clients: ${known.slice(0, shownIds).join(', ')}${rest}`;
  return {
    kind: 'wrong',
    message: `\`${where}\` has no client \`${id}\``,
    help: near === undefined ? names : `did you mean \`${near}\`? ${names}`,
  };
}

export function alreadyThere(id: string, span: Span): Problem {
  return {
    kind: 'wrong',
    message: `client \`${id}\` is there already`,
    help: `\`openclaw keys rotate ${id}\` gives it a new key`,
    at: { code: 'OC3001', span },
  };
}

export function sameKey(id: string, span: Span): Problem {
  return {
    kind: 'wrong',
    message: `client \`${id}\` has this key already`,
    help: 'every client has a key of its own',
    at: { code: 'OC3001', span },
  };
}

/** The one key whose hash starts so. */
export function findByPrefix<Key extends { readonly hash: string }>(
  id: string,
  keys: readonly Key[],
  prefix: string,
): Attempt<readonly Key[]> {
  const found = keys.filter((key) => key.hash.startsWith(prefix));
  if (found.length === 1) return { value: found };
  const shown = keys.map((key) => `sha256:${key.hash.slice(0, Math.max(12, prefix.length + 4))}`);
  return {
    problem: {
      kind: 'wrong',
      message:
        found.length === 0
          ? `\`${id}\` has no key \`sha256:${prefix}\``
          : `${found.length} keys of \`${id}\` start with \`sha256:${prefix}\``,
      help: `its keys: ${shown.slice(0, shownIds).join(', ')}`,
    },
  };
}
