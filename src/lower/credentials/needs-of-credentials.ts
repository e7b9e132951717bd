import type { Upstream } from '../../gateway/common/gateway.ts';
import type { LowerContext } from '../common/context.ts';
import { isFile } from '../common/is-file.ts';
import type { LuaUse } from '../common/lua-use.ts';
import type { SomeNeeds } from '../common/needs.ts';
import { watchedFiles } from '../common/shared-memory.ts';
import { lowerCredentials } from './credentials.ts';

/** Providers' keys, which requests get, and clients' keys, which they lose. */
export function needsOfCredentials(context: LowerContext, { scripted }: LuaUse): SomeNeeds {
  return {
    library: ['openclaw.core.query'],
    capabilities: ['openclaw.credentials.credential'],
    sharedMemory: context.gateway.upstreams.some(hasCredentialFile) ? [watchedFiles] : [],
    data: { credentials: lowerCredentials(scripted, context) },
  };
}

function hasCredentialFile({ credential }: Upstream): boolean {
  return [credential, ...(credential?.rules ?? [])].some((from) => from?.keys.some((key) => isFile(key.from)));
}
