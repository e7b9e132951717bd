/**
 * openclaw as a library: what the commands do, as functions that return data. docs/api.md shows how they go together.
 * Nothing here prints, ends the process or reads the environment by itself. Mistakes in a spec are `Diagnostic`s in the
 * result; what has nothing to do with the spec rejects with `OperationError`.
 */

// The commands.
export type { CommandResult, ExitCode } from './command-result.ts';
export { type BuildOptions, build } from './commands/build.ts';
export { type DiffOptions, diff } from './commands/diff.ts';
export type { SpecOptions } from './commands/prepare.ts';
export { type ValidateOptions, validate } from './commands/validate.ts';
// A spec into files, in memory.
export { type Compilation, compile } from './compile.ts';
// What was found.
export type { DiagnosticCode } from './diagnostics/codes.ts';
export type { Diagnostic, Related, Severity } from './diagnostics/diagnostic.ts';
export { OperationError } from './diagnostics/operation-error.ts';
// What changes between two gateways.
export type { Change, GatewayDiff, Risk, TakesEffect } from './diff/common/change.ts';
export { type PublicModel, readPublicModel } from './diff/common/public-model.ts';
export { diffGateways } from './diff/diff-gateways.ts';
export type { Gateway } from './gateway/common/gateway.ts';
export { jsonSchema } from './language/json-schema.ts';
export { findTarget, type Target, targetNames } from './nginx/targets.ts';
export type { Artifact } from './render/render-files.ts';
export { type ReportFormat, type ReportOptions, renderReport } from './report/render-report.ts';
export { type LoadSourceOptions, loadSource } from './source/load-source.ts';
export type { World } from './world.ts';
