import type { EditedPlace } from './edit-keys.ts';
import { formatMoment } from './moments.ts';

/** Where something was edited, as the end of a sentence. */
export function describePlace({ name, map }: EditedPlace): string {
  return map === null ? name : `${map} in ${name}`;
}

/** When a new key ends, and how an edit takes effect. */
export function describeEffect({ name, map, isNew, ends, needsReload }: EditedPlace, now: Date): string {
  const isOver = ends !== undefined && ends * 1000 <= now.getTime();
  const end =
    ends === undefined
      ? ''
      : `${isOver ? 'warning: the new key is refused: it ended' : 'The new key ends'} at ${formatMoment(ends)}\n`;
  if (map !== null && needsReload) return `${end}It takes effect when the gateway is built and nginx reloaded\n`;
  if (map !== null) return `${end}It takes effect with the next build of the gateway\n`;
  if (!isNew) return `${end}A gateway that watches the file takes it within seconds\n`;
  return `${end}Made ${name}, readable for its owner and group: give it the group of the gateway's user\n`;
}
