import { suggest } from '../../diagnostics/suggest.ts';
import { knownCallers } from '../common/known-callers.ts';
import type { Check } from '../common/rule.ts';

/** OC3012: rates for tiers that nobody has. */
export const checkLimitTiers: Check = (gateway, sink) => {
  const { tiers: known } = knownCallers(gateway);
  if (known === null) return;
  for (const { at, tiers } of gateway.rateZones) {
    for (const { name } of tiers) {
      if (known.has(name)) continue;
      const near = suggest(name, [...known]);
      sink.warning('OC3012', [...at, 'tiers', name], {
        part: 'key',
        message: `there is no tier \`${name}\`, so this rate is never used`,
        ...(near !== undefined && { help: `did you mean \`${near}\`?` }),
      });
    }
  }
};
