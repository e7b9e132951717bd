import { luaData } from '../../dist/nginx/token.js';
import { workRules } from '../../dist/rights/work-rules.js';

/** The Lua module with the rules of docs/model-rights.md that the runtime goes by. */
export function workRulesModule() {
  return `-- Written by \`node docs/generate.js\` from src/rights; change the source, not this file.
-- Where a request may make a model work that it does not name at its top.

return ${luaData(workRules()).written}
`;
}
