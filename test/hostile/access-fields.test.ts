import { accessSpec, vaultSpecs } from './access-spec.ts';
import { testFields } from './test-fields.ts';

testFields((spec) => spec === accessSpec || vaultSpecs.includes(spec));
