import { parseMoment } from './moments.ts';
import type { Right, RightName } from './right-names.ts';

/** When a key starts and ends to be valid, in seconds since 1970. */
export interface KeyTimes {
  readonly from: number | undefined;
  readonly until: number | undefined;
}

export function timesOfRights(rights: readonly Right[]): KeyTimes {
  const time = (wanted: RightName) => {
    const value = rights.find(([name]) => name === wanted)?.[1];
    return typeof value === 'string' ? parseMoment(value) : undefined;
  };
  return { from: time('not_before'), until: time('not_after') };
}

/** A key is valid only while its client is. */
export function narrowTimes(key: KeyTimes, client: KeyTimes): KeyTimes {
  const froms = [key.from, client.from].filter((time) => time !== undefined);
  const untils = [key.until, client.until].filter((time) => time !== undefined);
  return {
    from: froms.length === 0 ? undefined : Math.max(...froms),
    until: untils.length === 0 ? undefined : Math.min(...untils),
  };
}
