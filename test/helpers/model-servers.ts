import { type MockModelServer, startMockModelServer } from './mock-model-server.ts';

type ServersByName<Name extends string> = Readonly<Record<Name, MockModelServer>>;

export interface ModelServers<Name extends string> {
  readonly of: ServersByName<Name>;
  /** `127.0.0.1:port` of a server. */
  address(name: Name): string;
  /** How many requests each server gets while `work` runs. */
  countOf(work: () => Promise<unknown>): Promise<Record<Name, number>>;
  /** Makes all of them listen, and behave as at first. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a mock model server for each name. */
export async function startModelServers<Name extends string>(names: readonly Name[]): Promise<ModelServers<Name>> {
  const started = await Promise.all(names.map(async (name) => [name, await startMockModelServer({ name })] as const));
  const of = Object.fromEntries(started) as ServersByName<Name>;
  const counts = () => names.map((name) => [name, of[name].requests.length] as const);
  return {
    of,
    address: (name) => `127.0.0.1:${of[name].port}`,
    countOf: async (work) => {
      const before = new Map(counts());
      await work();
      const since = counts().map(([name, count]) => [name, count - (before.get(name) ?? 0)]);
      return Object.fromEntries(since) as Record<Name, number>;
    },
    reset: async () => {
      for (const name of names) {
        of[name].behave({});
        await of[name].refuse();
        await of[name].accept();
      }
    },
    close: async () => {
      for (const name of names) await of[name].close();
    },
  };
}
