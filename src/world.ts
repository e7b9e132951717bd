/** What every command is given: the world, so that commands can be called from anywhere. */
export interface World {
  /** An absolute path; relative ones of the options start there. */
  readonly cwd: string;
  /** What `${env:NAME}` stands for, and what programs that are called inherit; such as `process.env`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** All of standard input, asked for only when the spec is `-`. Default: there is none. */
  readonly stdin?: () => Promise<Uint8Array>;
  /** Asks to be told of SIGINT and SIGTERM, so that a command can clean up; without, they end the process at once. */
  readonly interruption?: () => AbortSignal;
}
