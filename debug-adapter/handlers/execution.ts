/** Going on, stopping, and the step verbs. */
import { fail, ok } from '../../runtime/base/result.js';
import { isThread } from '../../runtime/inspect/thread-state.js';
import { flag, integer, oneOf, optional, shape } from '../arguments.js';
import {
  done,
  machineRequest,
  stoppedRequest,
  type Answer,
  type Context,
  type Handlers,
} from '../context.js';
import type { Debuggee } from '../model/debuggee.js';
import { whyStanding } from '../model/exception.js';
import { forever, type Goal } from '../model/goal.js';
import {
  nextInstruction,
  nextLine,
  stepInstruction,
  stepIntoLine,
  stepOut,
} from '../model/stepping.js';
import { clientPath } from '../model/source-paths.js';

const stepArguments = shape({
  threadId: integer,
  singleThread: optional(flag),
  granularity: optional(oneOf('statement', 'line', 'instruction')),
});

export const executionHandlers: Handlers = {
  continue: stoppedRequest(shape({ threadId: integer }), (debuggee, _, context) => {
    if (debuggee.loop.state === 'off') return fail(poweredOff);
    context.afterResponse(() => debuggee.run(forever()));
    return ok({ allThreadsContinued: true });
  }),

  pause: machineRequest(shape({ threadId: integer }), (debuggee) => {
    debuggee.loop.pause();
    return done;
  }),

  next: stoppedRequest(stepArguments, (debuggee, { threadId, granularity }, context) =>
    step(
      context,
      debuggee,
      threadId,
      granularity === 'instruction'
        ? nextInstruction
        : (platform, thread, ahead) =>
            nextLine(platform, thread, ahead, sourcesOf(context, debuggee)),
    ),
  ),

  stepIn: stoppedRequest(stepArguments, (debuggee, { threadId, granularity }, context) =>
    step(
      context,
      debuggee,
      threadId,
      granularity === 'instruction'
        ? stepInstruction
        : (platform, thread, ahead) =>
            stepIntoLine(platform, thread, ahead, sourcesOf(context, debuggee)),
    ),
  ),

  stepOut: stoppedRequest(stepArguments, (debuggee, { threadId }, context) =>
    step(context, debuggee, threadId, (platform, thread, ahead) =>
      stepOut(platform, thread, ahead, sourcesOf(context, debuggee)),
    ),
  ),
};

/** Which files there are: a library may have been built elsewhere. */
function sourcesOf({ files }: Context, { launch }: Debuggee): (file: string) => boolean {
  const known = new Map<string, boolean>();
  return (file) => {
    const isThere =
      known.get(file) ?? files.readBytes(clientPath(file, launch.sourceRoot)) !== undefined;
    known.set(file, isThere);
    return isThere;
  };
}

const poweredOff = 'The machine is powered off: restart it.';

/** A step may be over at once, and a client that learns so before its response believes it runs on. */
function step(
  context: Context,
  debuggee: Debuggee,
  thread: number,
  verb: (platform: Debuggee['platform'], thread: number, ahead: number) => Goal | undefined,
): Answer {
  if (debuggee.loop.state === 'off') return fail(poweredOff);
  if (!isThread(debuggee.platform, thread)) return fail(`There is no thread ${thread}.`);
  // Such a step would run for ever, and the client would show no more than that.
  const standing = whyStanding(debuggee.platform, thread);
  if (standing !== undefined) return fail(`There is no step to make: ${standing}`);
  const goal = verb(debuggee.platform, thread, debuggee.aheadOf(thread));
  if (goal === undefined) {
    return fail('The caller of this function cannot be told, so there is nowhere to step out to.');
  }
  debuggee.focus = thread;
  context.afterResponse(() => debuggee.run(goal));
  return done;
}
