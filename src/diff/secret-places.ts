import type { Gateway } from '../model/gateway.ts';
import { locate, type MapNode, type ValueNode } from '../source/value-node.ts';
import { identifyCondition } from './conditions.ts';
import type { PublicModel } from './public-model.ts';

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
    ...(model.compose?.backends ?? []).flatMap(({ name, command }) =>
      command === null ? [] : [{ object: 'compose', field: `backends.${name}.command`, texts: command }],
    ),
  ];
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
  for (const { name } of gateway.compose.backends) {
    const { node, found } = locate(root, ['compose', 'backends', name, 'command']);
    const origin = found ? originIn(node) : undefined;
    if (origin !== undefined) origins.set(keyOfPlace({ object: 'compose', field: `backends.${name}.command` }), origin);
  }
  return origins;
}

function originIn(node: ValueNode): string | undefined {
  if (node.kind === 'scalar') return node.origin;
  const items = node.kind === 'list' ? node.items : node.entries.map(({ value }) => value);
  return items.map(originIn).find((origin) => origin !== undefined);
}
