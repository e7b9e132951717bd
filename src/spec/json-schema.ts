import { z } from 'zod';
import { specSchema } from './spec.ts';

/** The JSON Schema (draft 7) of openclaw.yaml for editors, with every description. */
export function jsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(specSchema, {
    io: 'input',
    target: 'draft-7',
    unrepresentable: 'throw',
  });
  return {
    $schema,
    title: 'openclaw.yaml',
    ...schema,
    patternProperties: { '^x-': { description: 'Free for YAML anchors.' } },
  };
}
