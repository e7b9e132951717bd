/** What every command is given: the world, so that commands can be called from anywhere. */
export interface World {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: () => Promise<Uint8Array>;
  /** Asks to be told of SIGINT and SIGTERM, so that a command can clean up; without, they end the process at once. */
  readonly interruption?: () => AbortSignal;
}
