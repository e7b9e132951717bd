import type { PublicModel, PublicRoute } from '../common/public-model.ts';
import { namesIn } from './reach.ts';

/** Upstreams that may lose requests of a route because something else answers it, and those that may gain some. */
export function movesBetween(
  before: { readonly destination: PublicRoute['destination']; readonly model: PublicModel },
  after: { readonly destination: PublicRoute['destination']; readonly model: PublicModel },
): { readonly from: readonly string[]; readonly to: readonly string[] } {
  const [was, now] = [sharesIn(before), sharesIn(after)];
  const growing = (old: Shares, young: Shares): readonly string[] =>
    [...young].filter(([name, [, most]]) => (old.get(name)?.[0] ?? 0) < most).map(([name]) => name);
  return { from: growing(now, was), to: growing(was, now) };
}

/** The least and the most that an upstream gets of the requests, in hundredths of a percent. */
type Shares = ReadonlyMap<string, readonly [number, number]>;

const all = 10_000;

function sharesIn({ destination, model }: Parameters<typeof movesBetween>[0]): Shares {
  switch (destination.kind) {
    case 'upstream':
      return new Map([[destination.upstream, [all, all]]]);
    case 'split': {
      // A side that callers can ask for gets some requests, whatever its share.
      const most = (share: number): number => (destination.force === null ? share : Math.max(1, share));
      return new Map(destination.sides.map(({ upstream, share }) => [upstream, [share, most(share)]]));
    }
    case 'by_model':
      return new Map(namesIn(model.models.flatMap(({ targets }) => targets)).map((name) => [name, [0, all]]));
    case 'model_list':
      return new Map();
  }
}
