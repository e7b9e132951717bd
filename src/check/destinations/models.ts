import { coversPattern } from '../../gateway/common/coverage.ts';
import type { Gateway, Model } from '../../gateway/common/gateway.ts';
import { doModelsOverlap } from '../../gateway/destinations/model-overlap.ts';
import type { Check, CheckSink } from '../common/rule.ts';

/** OC3015, OC3012, OC3001 and OC3008: a table of models that is missing, that nobody asks, or that is unclear. */
export const checkModels: Check = (gateway, sink) => {
  if (gateway.models.length === 0) rejectMissing(gateway, sink);
  else if (!gateway.routes.some(({ destination }) => destination.kind === 'by_model'))
    sink.warning('OC3012', ['models'], {
      part: 'key',
      message: '`models` is never used: no route is answered by it',
      help: 'write `upstream: by_model` on a route',
    });
  checkPatterns(gateway.models, sink);
};

function rejectMissing({ routes }: Gateway, sink: CheckSink): void {
  for (const { at, destination } of routes)
    if (destination.kind === 'by_model' || destination.kind === 'model_list')
      sink.error('OC3015', [...at, destination.kind === 'by_model' ? 'upstream' : 'answer'], {
        message: `\`${destination.kind === 'by_model' ? 'upstream: by_model' : 'answer: models'}\` needs \`models\``,
        help: 'add what clients ask for, such as `models: { gpt-4o: openai }`',
      });
}

/** Exact names win, then the pattern with the most literal characters: two with as many leave it to their spelling. */
function checkPatterns(models: readonly Model[], sink: CheckSink): void {
  const patterns = models.filter(({ name }) => name.includes('*'));
  for (const [index, model] of patterns.entries())
    for (const earlier of patterns.slice(0, index)) {
      const related = [{ message: 'the other one', path: earlier.at, part: 'key' as const }];
      if (coversPattern(model.name, earlier.name) && coversPattern(earlier.name, model.name))
        sink.error('OC3001', model.at, {
          part: 'key',
          message: `\`${model.name}\` and \`${earlier.name}\` mean the same models`,
          help: 'keep one of them',
          related,
        });
      else if (literals(model.name) === literals(earlier.name) && doModelsOverlap(model.name, earlier.name))
        sink.warning('OC3008', model.at, {
          part: 'key',
          message: `some models fit both \`${earlier.name}\` and \`${model.name}\`, and neither says more`,
          help: `\`${earlier.name}\` wins, as it sorts first; name such a model in full, or make one pattern longer`,
          related,
        });
    }
}

function literals(pattern: string): number {
  return pattern.replaceAll('*', '').length;
}
