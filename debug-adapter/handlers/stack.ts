/** Threads, their call stacks, and why one of them stopped. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { formatAddress } from '../../runtime/base/address.js';
import { fail, ok } from '../../runtime/base/result.js';
import { callFrames, type CallFrame } from '../../runtime/inspect/call-frames.js';
import { codeSymbolFor, lineFor } from '../../runtime/inspect/symbols.js';
import { isThread, spaceOf } from '../../runtime/inspect/thread-state.js';
import { viewThreads } from '../../runtime/inspect/threads.js';

import { integer, nothing, optional, shape } from '../arguments.js';
import {
  machineRequest,
  stoppedRequest,
  toClientColumn,
  toClientLine,
  type Context,
  type Handlers,
} from '../context.js';
import type { Debuggee } from '../model/debuggee.js';
import { builtinReferenceOf, clientPath, sourceOf } from '../model/source-paths.js';
import { threadLabel } from '../model/thread-label.js';

export const stackHandlers: Handlers = {
  threads: machineRequest(nothing, (debuggee) => {
    const threads = viewThreads(debuggee.platform).map(({ id, name, state }) => ({
      id,
      name: `${threadLabel(name)} · ${state}`,
    }));
    return ok({ threads });
  }),

  stackTrace: stoppedRequest(
    shape({ threadId: integer, startFrame: optional(integer), levels: optional(integer) }),
    (debuggee, { threadId, startFrame = 0, levels = 0 }, context) => {
      const { platform } = debuggee;
      if (!isThread(platform, threadId)) return fail(`There is no thread ${threadId}.`);
      const hidden = debuggee.aheadOf(threadId);
      const start = hidden + startFrame;
      const end = levels > 0 ? start + levels : Infinity;
      const stackFrames: DebugProtocol.StackFrame[] = [];
      let depth = 0;
      for (const frame of callFrames(platform, threadId)) {
        if (depth >= start && depth < end) {
          stackFrames.push(stackFrame(context, debuggee, threadId, depth, frame));
        }
        depth += 1;
        // One more than asked for is counted, so that the client learns whether there is more.
        if (depth > end) break;
      }
      return ok({ stackFrames, totalFrames: depth - hidden });
    },
  ),

  exceptionInfo: stoppedRequest(shape({ threadId: integer }), (debuggee, { threadId }) => {
    const record = debuggee.exceptionOf(threadId);
    if (record === undefined) return fail('This thread did not stop because of an exception.');
    const { id, description, breakMode } = record;
    return ok({
      exceptionId: id,
      description,
      breakMode,
      details: { message: description, typeName: id },
    });
  }),
};

function stackFrame(
  context: Context,
  debuggee: Debuggee,
  thread: number,
  depth: number,
  { frame, inlined, calls }: CallFrame,
): DebugProtocol.StackFrame {
  const { platform, launch, variables } = debuggee;
  const space = spaceOf(platform, thread);
  const symbol = codeSymbolFor(platform, space, frame.lookupAddress);
  // A frame whose call was replaced stands at that call, which has a line and no column.
  const called = calls?.call && { ...calls.call, column: 1 };
  const line = calls === undefined ? lineFor(platform, space, frame.lookupAddress) : called;
  const path = line && clientPath(line.file, launch.sourceRoot);
  const hasSource =
    path !== undefined &&
    (builtinReferenceOf(path) !== undefined || context.files.readBytes(path) !== undefined);
  return {
    id: variables.frameHandle({ thread, depth }),
    name: inlined?.name ?? symbol?.symbol.name ?? formatAddress(frame.pc),
    instructionPointerReference: formatAddress(frame.pc),
    line: line === undefined || !hasSource ? 0 : toClientLine(context.client, line.line),
    column: line === undefined || !hasSource ? 0 : toClientColumn(context.client, line.column),
    ...(hasSource ? { source: sourceOf(path) } : {}),
  };
}
