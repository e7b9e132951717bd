import { contentName } from './content-name.ts';

/** Declared by the routes whose limits read it, and set by our Lua. */
export function claimVariable(claim: string): string {
  return contentName('openclaw_claim', [claim], '_');
}
