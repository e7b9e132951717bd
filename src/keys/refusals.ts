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

export function lastOfMap(id: string, map: string, span: Span): Problem {
  return {
    kind: 'wrong',
    message: `\`${id}\` is the last client of \`${map}\`, and a key map without clients is no valid spec`,
    help: `add another client first, remove the map by hand, or replace the key with \`openclaw keys rotate ${id} --overlap 0s\` and keep the new one to yourself`,
    at: { code: 'OC3008', span },
  };
}

export function sharedPlace(by: 'anchor' | 'alias' | 'tag', span: Span): Problem {
  const what = { anchor: 'an anchor stands here', alias: 'this comes from an anchor', tag: 'a tag stands here' }[by];
  return {
    kind: 'impossible',
    message: `${what}, and an edit could change more than was asked for`,
    help: 'write it out without anchors, aliases and tags, or edit it by hand',
    at: { code: 'OC1012', span },
  };
}

export function fromOutside(origin: string, span: Span): Problem {
  return {
    kind: 'impossible',
    message: `this is the value of \`${origin}\`, which is not written here`,
    help: 'change it where it comes from, or write it out here',
    at: { code: 'OC1012', span },
  };
}
