import type { StageExplanations } from './explanation.ts';

export const targetExplanations: StageExplanations<'OC4'> = {
  OC4001: {
    cause:
      'The nginx of this target lacks what the spec needs: a module, Lua or a later version. It is said now and not when it runs.',
    cure: 'Choose a target that can ([targets.md](targets.md)), or do without.',
  },
  OC4002: {
    cause: '`target` or `--target` names no nginx that is known here.',
    cure: 'Choose one of those that the message lists.',
  },
  OC4003: {
    cause:
      'A parameter in an nginx configuration has up to 4000 bytes or so, and this value takes more once it is quoted for it.',
    cure: 'Shorten it, or spread it over several values.',
  },
};
