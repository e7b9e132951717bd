import { createSink } from '../gateway/common/context.ts';
import type { MapNode } from '../source/value-node.ts';
import { locate } from '../source/value-node.ts';
import type { CheckSink } from './common/rule.ts';

export function createCheckSink(root: MapNode): CheckSink {
  return {
    ...createSink(root),
    placeOf: (list, isMeant) => {
      const { node, found } = locate(root, list);
      if (!found || node.kind !== 'list') return list;
      const index = node.items.findIndex(
        (item) => item.kind === 'scalar' && item.value !== null && isMeant(String(item.value)),
      );
      return index === -1 ? list : [...list, index];
    },
  };
}
