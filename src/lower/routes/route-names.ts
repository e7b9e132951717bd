import type { Token } from '../../nginx/token.ts';
import { comment } from '../../nginx/token.ts';

/** nginx reads a comment of more than 4096 bytes as a parameter that is too long; names and places of these fit in it. */
export const mostInComment = 12;

/** Names for a comment; of very many, the first. */
export function routeNames(routes: readonly { readonly name: string }[]): readonly Token[] {
  const named = routes.slice(0, mostInComment).map(({ name }) => comment(name));
  const left = routes.length - named.length;
  return left === 0 ? named : [...named, ...['and', `${left}`, 'more'].map(comment)];
}
