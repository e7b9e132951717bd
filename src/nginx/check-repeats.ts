import { entryKey, isEntryBlock } from './check-entries.ts';
import { readLocation } from './check-location.ts';
import type { LevelContext, PlacedDirective } from './expand-includes.ts';
import type { Directive } from './parse-config.ts';
import { unrepeatableDirectivesData } from './unrepeatable-directives.ts';

/** A directive that repeats an earlier one of its level, and how to say so. */
export interface Repeat {
  readonly placed: PlacedDirective;
  readonly message: string;
}

/** What nginx would refuse because it stands twice on one level: "is duplicate", "duplicate location" and so on. */
export function findRepeats(level: readonly PlacedDirective[], context: LevelContext): readonly Repeat[] {
  const first = new Map<string, PlacedDirective>();
  const repeats: Repeat[] = [];
  for (const placed of level) {
    const key = isEntryBlock(context) ? entryKey(placed.directive, context) : directiveKey(placed.directive);
    if (key === null) continue;
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, placed);
      continue;
    }
    const place = `${earlier.file}:${earlier.directive.name.line}`;
    repeats.push({
      placed,
      message: `duplicate ${describe(placed.directive, context)}: it already stands in ${place}`,
    });
  }
  return repeats;
}

/** Two directives of one level clash when their keys are equal; null is for what may repeat. */
function directiveKey(directive: Directive): string | null {
  const name = directive.name.text;
  const first = directive.args[0]?.text ?? '';
  if (name === 'location') {
    const match = readLocation(directive);
    return match?.kind === 'prefix' || match?.kind === 'exact' ? `${name} ${match.kind} ${match.path}` : null;
  }
  if (name === 'upstream') return `${name} ${first.toLowerCase()}`;
  if (name === 'log_format' || name === 'limit_req') return `${name} ${first}`;
  return unrepeatable().has(name) ? name : null;
}

function describe(directive: Directive, context: LevelContext): string {
  if (isEntryBlock(context)) return 'entry';
  const name = directive.name.text;
  const title = name === 'location' ? directive.args.at(-1) : directive.args[0];
  return isTitled(name) && title !== undefined ? `\`${name}\` \`${title.text}\`` : `\`${name}\``;
}

/** Directives of which many may stand side by side as long as they have different names. */
function isTitled(name: string): boolean {
  return name === 'location' || name === 'upstream' || name === 'log_format' || name === 'limit_req';
}

let names: ReadonlySet<string> | undefined;

function unrepeatable(): ReadonlySet<string> {
  names ??= new Set(unrepeatableDirectivesData.split(/\s+/));
  return names;
}
