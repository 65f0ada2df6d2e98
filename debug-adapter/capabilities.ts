/**
 * What the adapter announces. Each member has a conformance test of the same name in test/protocol;
 * a test compares the two lists, so nothing can be announced that is not shown to work.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';

export const exceptionFilters = [
  {
    filter: 'unhandled',
    label: 'Unhandled faults',
    description: 'A thread faults and has no fault handler: it cannot go on.',
    default: true,
  },
  {
    filter: 'handled',
    label: 'Handled faults',
    description: 'A thread faults and its fault handler gets a message.',
    default: false,
  },
  {
    filter: 'refused',
    label: 'Refused invocations',
    description: 'The kernel refuses an invocation with an error code.',
    default: false,
  },
] as const;

export type ExceptionFilter = (typeof exceptionFilters)[number]['filter'];

export const capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsFunctionBreakpoints: true,
  supportsConditionalBreakpoints: true,
  supportsHitConditionalBreakpoints: true,
  supportsLogPoints: true,
  supportsInstructionBreakpoints: true,
  supportsDataBreakpoints: true,
  supportsDataBreakpointBytes: true,
  exceptionBreakpointFilters: exceptionFilters.map((filter) => ({ ...filter })),
  supportsExceptionInfoRequest: true,
  supportsEvaluateForHovers: true,
  supportsClipboardContext: true,
  supportsSetVariable: true,
  supportsSetExpression: true,
  supportsCompletionsRequest: true,
  supportsDelayedStackTraceLoading: true,
  supportsSteppingGranularity: true,
  supportsDisassembleRequest: true,
  supportsReadMemoryRequest: true,
  supportsWriteMemoryRequest: true,
  supportsRestartRequest: true,
  supportsTerminateRequest: true,
  supportsCancelRequest: true,
} satisfies DebugProtocol.Capabilities;
