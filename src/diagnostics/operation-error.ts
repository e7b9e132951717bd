/** The job could not be done, through no fault of the spec: exit code 3. `cause` holds the reason. */
export class OperationError extends Error {
  override readonly name = 'OperationError';
  readonly help: string | undefined;

  constructor(message: string, options: { readonly cause?: unknown; readonly help?: string } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.help = options.help;
  }
}
