import type { Token } from '../../nginx/token.ts';
import { text } from '../../nginx/token.ts';
import type { LowerContext } from './context.ts';
import { errorLogOf } from './context.ts';
import { keyArgumentsOf } from './key-arguments.ts';

/** The log whose level is raised where request lines may hold keys of clients; null writes problems where the server does. */
export function quietErrorLogOf(context: LowerContext): Token | null {
  return keyArgumentsOf(context.gateway).length > 0 ? text(errorLogOf(context)) : null;
}
