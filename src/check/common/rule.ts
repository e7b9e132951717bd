import type { Path } from '../../diagnostics/diagnostic.ts';
import type { DiagnosticSink } from '../../gateway/common/context.ts';
import type { Gateway } from '../../gateway/common/gateway.ts';

/** One rule about a resolved gateway. It reports; it never changes anything. */
export type Check = (gateway: Gateway, sink: CheckSink) => void;

export interface CheckSink extends DiagnosticSink {
  /** The first item of a list that is meant, else the list: for values that the model has sorted. */
  placeOf(list: Path, isMeant: (text: string) => boolean): Path;
}
