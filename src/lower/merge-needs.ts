import { isDeepStrictEqual } from 'node:util';
import type { MapView } from './common/map-view.ts';
import type { Needs, SomeNeeds } from './common/needs.ts';
import type { SharedMemory } from './common/shared-memory.ts';

/**
 * The needs of all capabilities as one, in their order: what several need is there once. Two that cannot both have what
 * they need are a defect of ours, and thrown.
 */
export function mergeNeeds(needs: readonly SomeNeeds[]): Needs {
  const all = <Item>(of: (one: SomeNeeds) => readonly Item[] | undefined): readonly Item[] => [
    ...new Set(needs.flatMap((one) => of(one) ?? [])),
  ];
  const bodyFilter = all(({ phases }) => phases?.bodyFilter);
  if (bodyFilter.length > 1) throw new Error(`two body filters: ${bodyFilter.join(', ')}`);
  return {
    modules: all(({ modules }) => modules),
    library: all(({ library, capabilities }) => [...(library ?? []), ...(capabilities ?? [])]),
    capabilities: all(({ capabilities }) => capabilities),
    variables: all(({ variables }) => variables),
    sharedMemory: uniqueByName(
      all(({ sharedMemory }) => sharedMemory),
      ({ name }: SharedMemory) => `memory ${name}`,
    ),
    maps: uniqueByName(
      all(({ maps }) => maps),
      ({ variable }: MapView) => `map of ${variable.reads}`,
    ),
    phases: {
      headerFilter: all(({ phases }) => phases?.headerFilter),
      bodyFilter,
      log: all(({ phases }) => phases?.log),
    },
    data: mergeData(needs),
  };
}

function uniqueByName<Item>(items: readonly Item[], nameOf: (item: Item) => string): readonly Item[] {
  const found = new Map<string, Item>();
  for (const item of items) {
    const name = nameOf(item);
    const known = found.get(name) ?? item;
    if (!isDeepStrictEqual(known, item)) throw new Error(`two of one name that differ: ${name}`);
    found.set(name, known);
  }
  return [...found.values()];
}

/** A part of the data belongs to one capability. */
function mergeData(needs: readonly SomeNeeds[]): Needs['data'] {
  const parts = needs.flatMap(({ data }) => Object.entries(data ?? {}));
  const names = parts.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`two capabilities write \`${twice}\` into lua/gateway.lua`);
  return Object.fromEntries(parts);
}
