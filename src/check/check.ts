import type { Gateway } from '../model/gateway.ts';
import type { DiagnosticSink } from '../model/model-context.ts';

/** One rule about a resolved gateway. It reports; it never changes anything. */
export type Check = (gateway: Gateway, sink: DiagnosticSink) => void;
