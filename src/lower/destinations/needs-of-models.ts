import type { LowerContext } from '../common/context.ts';
import type { LuaUse } from '../common/lua-use.ts';
import type { SomeNeeds } from '../common/needs.ts';
import { lowerModels } from './routing.ts';

/** Routes that go by the model which a request asks for, and lists of models. */
export function needsOfModels({ gateway }: LowerContext, { picks, lists }: LuaUse): SomeNeeds {
  const usesTable = gateway.routes.some(
    ({ destination }) => destination.kind === 'by_model' || destination.kind === 'model_list',
  );
  return {
    library: [...(picks ? ['openclaw.attempts.router'] : []), ...(lists ? ['openclaw.models.model_list'] : [])],
    capabilities: usesTable ? ['openclaw.models.model_table'] : [],
    data: usesTable ? { models: lowerModels(gateway) } : {},
  };
}
