import type { Claims } from '../gateway/common/authentication.ts';
import type { CredentialKey, Gateway } from '../gateway/common/gateway.ts';
import { locate, type MapNode, type ValueNode } from '../source/value-node.ts';
import type { PublicModel } from './common/public-model.ts';
import { headersOf } from './credentials/show-keys.ts';
import { identifyCondition } from './routes/conditions.ts';

/** A place of the model that holds texts as the spec gave them, named as changes name it. */
export interface TextPlace {
  readonly object: string;
  readonly field: string;
  readonly texts: readonly string[];
}

/** `${env:NAME}` or `${file:path}` of such places, by `keyOfPlace`. */
export type Origins = ReadonlyMap<string, string>;

export function keyOfPlace({ object, field }: { readonly object: string; readonly field: string | null }): string {
  return `${object}\n${(field ?? '').toLowerCase()}`;
}

/** Headers, values that are asked for, and commands: all other texts are addresses, paths and names. */
export function findTextPlaces(model: PublicModel): readonly TextPlace[] {
  const headers = (object: string, kind: string, list: PublicModel['server']['responseHeaders']): TextPlace[] =>
    list.map(({ name, value }) => ({ object, field: `${kind}.${name}`, texts: [value] }));
  return [
    ...headers('server', 'response_headers', model.server.responseHeaders),
    ...model.upstreams.flatMap(({ name, requestHeaders }) =>
      headers(`upstream ${name}`, 'request_headers', requestHeaders),
    ),
    ...model.upstreams.flatMap(({ name, credential }) =>
      keyGroups(credential).flatMap(({ field, keys }) =>
        keys.flatMap((key) => headers(`upstream ${name}`, `${field}.headers`, headersOf(key))),
      ),
    ),
    ...model.routes.flatMap((route) => [
      ...headers(`route ${route.name}`, 'response_headers', route.responseHeaders),
      ...headers(`route ${route.name}`, 'request_headers', route.requestHeaders),
      ...route.conditions.flatMap((condition) =>
        'test' in condition && condition.test.kind === 'one_of'
          ? [
              {
                object: `route ${route.name}`,
                field: `match.${identifyCondition(condition)}`,
                texts: condition.test.values,
              },
            ]
          : [],
      ),
    ]),
    ...model.tokenIssuers.flatMap((issuer) => tokenPlaces(`jwt ${issuer.name}`, issuer, { issuer: issuer.issuer })),
    ...model.introspection.flatMap((one) => tokenPlaces(`introspection ${one.name}`, one, { client_id: one.clientId })),
    ...(model.compose?.backends ?? []).flatMap(({ name, command }) =>
      command === null ? [] : [{ object: 'compose', field: `backends.${name}.command`, texts: command }],
    ),
  ];
}

/** The keys of a credential by the field that changes name them by. */
function keyGroups(
  credential: PublicModel['upstreams'][number]['credential'],
): readonly { readonly field: string; readonly keys: readonly CredentialKey[] }[] {
  if (credential === null) return [];
  return [
    { field: 'credential.from', keys: credential.keys },
    ...credential.rules.map(({ who, keys }) => ({ field: `credential.for.${who.kind}.${who.name}`, keys })),
  ];
}

/** What tokens are compared with, and what the gateway calls itself. */
function tokenPlaces(
  object: string,
  { audience, claims }: { readonly audience: readonly string[]; readonly claims: Claims },
  more: Readonly<Record<string, string | null>>,
): readonly TextPlace[] {
  const lists = {
    audience,
    require: claims.require.flatMap(({ values }) => values),
    ...Object.fromEntries(Object.entries(more).map(([field, text]) => [field, text === null ? [] : [text]])),
  };
  return Object.entries(lists).map(([field, texts]) => ({ object, field, texts }));
}

/** Which of these places got their value from outside of the spec. */
export function findOrigins(gateway: Gateway, root: MapNode): Origins {
  const origins = new Map<string, string>();
  const record = (object: string, prefix: string, path: readonly (string | number)[]): void => {
    const { node, found } = locate(root, [...path]);
    if (!found || node.kind !== 'map') return;
    for (const entry of node.entries) {
      const origin = originIn(entry.value);
      if (origin !== undefined) origins.set(keyOfPlace({ object, field: `${prefix}.${entry.key}` }), origin);
    }
  };
  record('server', 'response_headers', ['server', 'response_headers']);
  for (const { name, at } of gateway.upstreams)
    record(`upstream ${name}`, 'request_headers', [...at, 'request_headers']);
  for (const { name, at } of gateway.routes) {
    for (const kind of ['request_headers', 'response_headers']) record(`route ${name}`, kind, [...at, kind]);
    for (const kind of ['header', 'query']) record(`route ${name}`, `match.${kind}`, [...at, 'match', kind]);
  }
  const recordWhole = (object: string, field: string, path: readonly (string | number)[]): void => {
    const { node, found } = locate(root, [...path]);
    const origin = found ? originIn(node) : undefined;
    if (origin !== undefined) origins.set(keyOfPlace({ object, field }), origin);
  };
  for (const [section, methods] of [
    ['jwt', gateway.tokenIssuers],
    ['introspection', gateway.introspection],
  ] as const) {
    for (const { name, at } of methods)
      for (const field of ['issuer', 'audience', 'require', 'client_id'])
        recordWhole(`${section} ${name}`, field, [...at, field]);
  }
  for (const { name, at, credential } of gateway.upstreams) {
    // One value from outside hides those of all keys beside it.
    for (const { field, keys } of keyGroups(credential)) {
      recordWhole(`upstream ${name}`, field, [...at, 'credential']);
      for (const header of keys.flatMap(headersOf))
        recordWhole(`upstream ${name}`, `${field}.headers.${header.name}`, [...at, 'credential']);
    }
  }
  for (const { name } of gateway.compose.backends)
    recordWhole('compose', `backends.${name}.command`, ['compose', 'backends', name, 'command']);
  return origins;
}

function originIn(node: ValueNode): string | undefined {
  if (node.kind === 'scalar') return node.origin;
  const items = node.kind === 'list' ? node.items : node.entries.map(({ value }) => value);
  return items.map(originIn).find((origin) => origin !== undefined);
}
