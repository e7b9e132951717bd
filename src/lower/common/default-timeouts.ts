/** The time limits that the server block sets for all routes; a route repeats only what differs. */
export const defaultTimeouts = { connect: 5000, read: 300_000, send: 60_000 } as const;
