import type { KeyFile } from './key-file/key-file.ts';
import { type KeyState, stateOfKey } from './key-state.ts';
import { type KeyTimes, narrowTimes, timesOfRights } from './key-times.ts';
import { formatMoment } from './moments.ts';
import type { Right, RightName } from './right-names.ts';
import type { KeyMap } from './spec/key-map.ts';
import { readClients } from './spec/read-clients.ts';

/** A key as `openclaw keys list` tells of it: never more than the start of its hash. */
export interface ListedKey {
  readonly map: string | null;
  readonly client: string;
  /** Twelve digits, enough for `openclaw keys revoke --key`. */
  readonly key: string;
  readonly tier: string | null;
  /** Null where it is not restricted. */
  readonly routes: readonly string[] | null;
  readonly upstreams: readonly string[] | null;
  readonly models: readonly string[] | null;
  readonly addresses: readonly string[] | null;
  readonly notBefore: string | null;
  readonly notAfter: string | null;
  readonly state: KeyState['state'];
  readonly expiresInDays: number | null;
  /** The file that it is written in. */
  readonly file: string;
}

export function listSpecKeys(map: KeyMap, now: Date): readonly ListedKey[] {
  return readClients(map.clients).flatMap(({ id, keys, rights, idSpan }) =>
    keys.map((key) => {
      const times = narrowTimes(key, timesOfRights(rights));
      return listedKey({ map: map.name, id, hash: key.hash, rights, times, file: idSpan.source.name }, now);
    }),
  );
}

export function listFileKeys(map: string | null, { lines, source }: KeyFile, now: Date): readonly ListedKey[] {
  return lines.map(({ id, hash, rights }) =>
    listedKey({ map, id, hash, rights, times: timesOfRights(rights), file: source.name }, now),
  );
}

interface KnownKey {
  readonly map: string | null;
  readonly id: string;
  readonly hash: string;
  readonly rights: readonly Right[];
  readonly times: KeyTimes;
  readonly file: string;
}

function listedKey({ map, id, hash, rights, times, file }: KnownKey, now: Date): ListedKey {
  const given = new Map(rights);
  const list = (name: RightName): readonly string[] | null => {
    const value = given.get(name);
    return value === undefined ? null : typeof value === 'string' ? [value] : value;
  };
  const state = stateOfKey(times, now);
  return {
    map,
    client: id,
    key: `sha256:${hash.slice(0, 12)}`,
    tier: list('tier')?.[0] ?? null,
    routes: list('routes'),
    upstreams: list('upstreams'),
    models: list('models'),
    addresses: list('addresses'),
    notBefore: times.from === undefined ? null : formatMoment(times.from),
    notAfter: times.until === undefined ? null : formatMoment(times.until),
    state: state.state,
    expiresInDays: state.state === 'expires' ? state.days : null,
    file,
  };
}
