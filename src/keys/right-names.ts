/** What a client may do, under the names and in the order in which it is written. */
export const rightNames = ['tier', 'routes', 'upstreams', 'models', 'addresses', 'not_before', 'not_after'] as const;

export type RightName = (typeof rightNames)[number];

/** A tier and a time are one text, the others are lists. */
export type Right = readonly [name: RightName, value: string | readonly string[]];
