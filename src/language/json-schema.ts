import { z } from 'zod';
import { routeSection } from './routes/route.ts';
import { specSchema } from './spec.ts';

/** The JSON Schema (draft 7) of openclaw.yaml for editors, with every description. */
export function jsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(specSchema, {
    io: 'input',
    target: 'draft-7',
    unrepresentable: 'throw',
    // Not of the shape, so that whoever forgets it is told by which ways callers could prove who they are (OC3006).
    override: ({ zodSchema, jsonSchema: made }) => {
      if (zodSchema === routeSection) made.required = [...(made.required ?? []), 'auth'];
    },
  });
  return {
    $schema,
    title: 'openclaw.yaml',
    ...schema,
    patternProperties: { '^x-': { description: 'Free for YAML anchors.' } },
  };
}
