/** Memory that the workers share and that outlives a reload (`lua_shared_dict`). */
export interface SharedMemory {
  readonly name: string;
  readonly size: string;
}

/** What was last good in watched files. */
export const watchedFiles: SharedMemory = { name: 'openclaw_keys', size: '32m' };

/** What issuers of tokens have said: their keys, and which tokens are good. */
export const issuersAnswers: SharedMemory = { name: 'openclaw_auth', size: '10m' };

/** What one worker has found out about servers, and how many requests each has. */
export const serverState: SharedMemory = { name: 'openclaw_state', size: '1m' };

/** Which server a conversation is with. */
export const conversations: SharedMemory = { name: 'openclaw_conversations', size: '16m' };

/**
 * In kB. Of each key there are at most 32 models and 32 places with 3 entries each, 3 for the whole of it, and 64 callers
 * (key_health.lua): 259 entries of about 200 bytes, in slabs that are up to half empty. The least is for nginx's own pages,
 * and for the old values of keys that are rotated.
 */
const memoryOfKey = 96;
const bareKeyMemory = 256;

/** What providers have said about so many keys. */
export function keyHealth(keys: number): SharedMemory {
  return { name: 'openclaw_key_health', size: `${bareKeyMemory + keys * memoryOfKey}k` };
}
