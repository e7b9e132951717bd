import { anthropic } from './anthropic-ways.ts';
import { gemini } from './gemini-ways.ts';
import { openai } from './openai-ways.ts';
import { others } from './other-ways.ts';
import type { Provider } from './way-to-work.ts';

/** Every known way of making a model work, by provider. */
export const providers: readonly Provider[] = [openai, anthropic, gemini, ...others];
