import type { PlainValue } from '../../src/source/value-node.ts';
import { accessSpec, vaultSpecs } from './access-spec.ts';
import { type Field, fieldsOf } from './fields.ts';
import { limitsSpec } from './limits-spec.ts';
import { routingSpec } from './routing-spec.ts';
import { trafficSpec } from './traffic-spec.ts';

/** Together they have every key of the language. */
export const specs: readonly PlainValue[] = [trafficSpec, accessSpec, routingSpec, limitsSpec, ...vaultSpecs];

/** Each place of the language twice, as in the first and in the second route; `target` is read before all compiling. */
export const hostileFields = specs
  .flatMap((spec) => fieldsOf(spec).fields)
  .filter(
    ({ spec, path, name }) => path[0] !== 'target' && (!vaultSpecs.includes(spec) || name.startsWith('vault.auth')),
  )
  .filter((field, index, all) => all.slice(0, index).filter((other) => isAlike(field, other)).length < 2);

function isAlike(one: Field, other: Field): boolean {
  return one.kind === other.kind && one.name === other.name;
}
