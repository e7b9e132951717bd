import type { Artifact } from '../render/render-files.ts';
import type { BoundedResult } from './run-bounded.ts';

export type EngineName = 'docker' | 'podman' | 'local';

export interface TrialOptions {
  /** Milliseconds for the whole trial. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
}

/** A place where an nginx can be started on files without touching anything else. */
export interface Engine {
  readonly name: EngineName;
  /** For people: `docker, image nginx:1.28`. */
  readonly title: string;
  /** Runs the trial script on the files; its output tells each step. Nothing of it is left when this resolves. */
  readonly run: (artifacts: readonly Artifact[], options: TrialOptions) => Promise<BoundedResult>;
}
