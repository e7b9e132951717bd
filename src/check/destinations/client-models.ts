import type { Gateway, Model } from '../../gateway/common/gateway.ts';
import { doModelsOverlap } from '../../gateway/destinations/model-overlap.ts';
import { namedMethods } from '../common/auth-places.ts';
import { listNames } from '../common/list-names.ts';
import type { Check, CheckSink } from '../common/rule.ts';

/** OC3012: rights to models that are not in the table, for clients who can reach nothing but the table. */
export const checkClientModels: Check = (gateway, sink) => {
  if (gateway.models.length === 0) return;
  for (const section of [...gateway.keyMaps, ...gateway.clientCertificates])
    for (const client of section.clients)
      if (client.models.length > 0 && isBoundToTable(section.name, client.routes, gateway))
        for (const pattern of client.models) warnUnknown({ ...client, pattern }, gateway.models, sink);
};

function isBoundToTable(section: string, allowed: readonly string[], { routes }: Gateway): boolean {
  const open = routes.filter(
    (route) => namedMethods(route).includes(section) && (allowed.length === 0 || allowed.includes(route.name)),
  );
  const answered = open.filter(({ destination }) => destination.kind !== 'model_list');
  return answered.length > 0 && answered.every(({ destination }) => destination.kind === 'by_model');
}

function warnUnknown(
  { id, at, pattern }: { readonly id: string; readonly at: Model['at']; readonly pattern: string },
  models: readonly Model[],
  sink: CheckSink,
): void {
  if (models.some(({ name }) => doModelsOverlap(name, pattern))) return;
  sink.warning(
    'OC3012',
    sink.placeOf([...at, 'models'], (text) => text === pattern),
    {
      message: `\`${id}\` may use \`${pattern}\`, but \`models\` has nothing that fits`,
      help: `models: ${listNames(models.map(({ name }) => name))}`,
    },
  );
}
