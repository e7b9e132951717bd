import { scalar } from './combinators.ts';

/** What fits into the models of requests that the gateway reads: longer names are refused there too. */
const longestModelName = 256;

/** A model as clients ask for it; `*` stands for any characters. */
export const requestedModel = scalar({
  what: 'model name',
  help: `a model name is visible ASCII text without blanks, ${longestModelName} characters at most; \`*\` stands for any characters`,
  pattern: '^[!-~]{1,256}$',
  examples: ['gpt-4o', 'gpt-4o*'],
  parse: (text) => (isModelName(text) ? text : undefined),
});

/** A model as its upstream knows it. */
export const servedModel = scalar({
  what: 'model name',
  help: `the name of one model is visible ASCII text without blanks and \`*\`, ${longestModelName} characters at most`,
  pattern: '^[!-)+-~]{1,256}$',
  examples: ['claude-sonnet-4', 'meta-llama/Llama-3.1-8B-Instruct'],
  parse: (text) => (isModelName(text) && !text.includes('*') ? text : undefined),
});

function isModelName(text: string): boolean {
  return /^[!-~]+$/.test(text) && text.length <= longestModelName;
}
