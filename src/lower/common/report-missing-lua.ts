import type { Path } from '../../diagnostics/diagnostic.ts';
import { targetsWithLua } from '../../nginx/targets.ts';
import type { LowerContext } from './context.ts';

/** Says that the target cannot do something for want of Lua, and which targets can (OC4001). `does` follows `cannot`. */
export function reportMissingLua(
  { sink, target }: Pick<LowerContext, 'sink' | 'target'>,
  { at, does, part }: { readonly at: Path; readonly does: string; readonly part?: 'key' },
): void {
  sink.error('OC4001', at, {
    ...(part && { part }),
    message: `\`${target.name}\` cannot ${does}: it has no Lua`,
    help: `targets that can: ${targetsWithLua().join(', ')}`,
  });
}
