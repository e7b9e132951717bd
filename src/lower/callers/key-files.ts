import type { KeyClient, KeyMap, Rights } from '../../gateway/common/authentication.ts';
import type { Token } from '../../nginx/token.ts';
import { comment, plainWord } from '../../nginx/token.ts';
import type { LowerContext, TemplateFile } from '../common/context.ts';
import { placeOf } from '../common/context.ts';

/** The file with the clients of a key map that the spec names; workers watch it, so a build takes effect at once. */
export function keyFile(name: string): string {
  return `keys/${name}.keys`;
}

/** The file with the users that the spec names. */
export function passwordFile(name: string): string {
  return `keys/${name}.htpasswd`;
}

export interface KeyFileView {
  readonly place: Token;
  readonly lines: readonly { readonly words: readonly Token[] }[];
}

export interface PasswordFileView {
  readonly title: Token;
  readonly place: Token;
  readonly lines: readonly { readonly entry: Token }[];
}

/** One line for each key, in the grammar of docs/keys.md. */
export function lowerKeyFiles(
  maps: readonly KeyMap[],
  context: LowerContext,
): readonly TemplateFile<'keys/clients.keys', KeyFileView>[] {
  return maps
    .filter((map) => map.clients.length > 0)
    .map((map) => ({
      path: keyFile(map.name),
      template: 'keys/clients.keys',
      language: 'plain',
      view: {
        place: placeOf(context, map.at),
        lines: map.clients.flatMap((client) => client.keys.map((key) => ({ words: lowerKey(client, key) }))),
      },
    }));
}

function lowerKey(client: KeyClient, key: KeyClient['keys'][number]): readonly Token[] {
  return [
    plainWord(client.id),
    plainWord(`sha256:${key.hash}`),
    ...lowerRights({
      ...client,
      notBefore: latest(client.notBefore, key.notBefore),
      notAfter: earliest(client.notAfter, key.notAfter),
    }),
  ];
}

function lowerRights(rights: Rights): readonly Token[] {
  const attributes: readonly (readonly [string, string])[] = [
    ['tier', rights.tier ?? ''],
    ['routes', rights.routes.join(',')],
    ['upstreams', rights.upstreams.join(',')],
    ['models', rights.models.join(',')],
    ['addresses', rights.addresses.join(',')],
    ['not_before', momentText(rights.notBefore)],
    ['not_after', momentText(rights.notAfter)],
  ];
  return attributes.filter(([, value]) => value !== '').map(([name, value]) => plainWord(`${name}=${value}`));
}

function momentText(seconds: number | null): string {
  return seconds === null ? '' : new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

function latest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

function earliest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

/** `htpasswd` files of users that the spec names. */
export function lowerPasswordFiles(
  context: LowerContext,
): readonly TemplateFile<'keys/users.htpasswd', PasswordFileView>[] {
  return context.gateway.basicAuth
    .filter((basic) => basic.file === null)
    .map((basic) => ({
      path: passwordFile(basic.name),
      template: 'keys/users.htpasswd',
      language: 'plain',
      view: {
        title: comment(basic.name),
        place: placeOf(context, basic.at),
        lines: basic.users.map((user) => ({ entry: plainWord(`${user.name}:${user.hash}`) })),
      },
    }));
}
