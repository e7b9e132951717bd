import type { GatewayData } from './gateway-data.ts';
import type { MapView } from './map-view.ts';
import type { SharedMemory } from './shared-memory.ts';

/** Modules of our Lua library that have something to do with every answer. */
interface Phases {
  /** When the header is there: `header()`. */
  readonly headerFilter: readonly string[];
  /** With every piece: `body()`. It can be one only. */
  readonly bodyFilter: readonly string[];
  /** When the request is over: `finish()`. */
  readonly log: readonly string[];
}

/** What a capability needs of nginx. Each says so for itself (`needs-of-*.ts`); `mergeNeeds` makes one of all. */
export interface Needs {
  /** Dynamic modules of nginx, without `.so`, in the order in which they need each other. */
  readonly modules: readonly string[];
  /** Modules of our Lua library that scripts name; what those require comes along. */
  readonly library: readonly string[];
  /** Those that take a part of `data`: configure(data) in the master, init_worker(data) in each worker. */
  readonly capabilities: readonly string[];
  /** Variables that scripts set, wherever a request is. */
  readonly variables: readonly string[];
  readonly sharedMemory: readonly SharedMemory[];
  readonly maps: readonly MapView[];
  readonly phases: Phases;
  readonly data: Omit<GatewayData, 'capabilities'>;
}

/** What one of them says; the rest is nothing. */
export type SomeNeeds = Partial<Omit<Needs, 'phases'>> & { readonly phases?: Partial<Phases> };
