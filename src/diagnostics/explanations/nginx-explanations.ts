import type { StageExplanations } from './explanation.ts';

const report = 'Please report it with the spec (without secrets), or a smaller one that does the same.';

export const nginxExplanations: StageExplanations<'OC5'> = {
  OC5001: {
    cause: 'A rendered file has a directive or a parameter that the nginx of this target does not know.',
    cure: report,
  },
  OC5002: {
    cause:
      'A rendered file has a directive where nginx does not take it, such as a `proxy_pass` outside of a `location`.',
    cure: report,
  },
  OC5003: {
    cause: 'A directive in a rendered file has more or fewer words than nginx takes.',
    cure: report,
  },
  OC5004: {
    cause:
      'A rendered file cannot be read as an nginx configuration: a quote or block is open, or something stands twice.',
    cure: report,
  },
  OC5005: {
    cause:
      'Each rendered file is read back, and here nginx would read something else than was meant. Nothing is written then, whatever it would have done.',
    cure: report,
  },
  OC5006: {
    cause: '`validate` has asked a real nginx, and `nginx -t` refuses the configuration. The message quotes it.',
    cure: 'Look at the line of the spec that is shown. If nothing is wrong with it, please report it.',
  },
  OC5007: {
    cause: '`validate` has asked a real nginx, which takes the configuration but warns of something in it.',
    cure: 'Look at the line of the spec that is shown. If nothing is wrong with it, please report it.',
  },
  OC5008: {
    cause: '`validate` compiles every Lua file with the LuaJIT of that nginx, and this one does not compile or load.',
    cure: 'If it is a library that this nginx lacks, install it ([targets.md](targets.md)); else please report it.',
  },
  OC5009: {
    cause:
      '`validate` has started the gateway in its sandbox, and it did not answer `/openclaw/health`. Its configuration is valid, so this shows only at the start.',
    cure: 'The message has the last words of nginx. If they name a library or a limit of the machine, mend that; else please report it.',
  },
};
