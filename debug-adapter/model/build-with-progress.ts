/**
 * A build whose steps a client shows as progress, where it can, and which it can cancel. The compiler works in another
 * thread, so that requests are heard all the while.
 */
import type { BuildOptions, Built } from '../../runtime/toolchain/build.js';
import { buildInSteps } from '../../runtime/toolchain/build.js';
import { stepText } from '../../runtime/toolchain/build-step.js';
import { driveBuild } from '../../runtime/toolchain/drive-build.js';
import type { Context } from '../context.js';

/** Undefined: it was cancelled. */
export async function buildWithProgress(
  context: Context,
  source: string,
  options: BuildOptions,
): Promise<Built | undefined> {
  const { building, compiler, host } = context;
  const progress = progressOf(context);
  try {
    return await driveBuild(buildInSteps(source, context.files, options), {
      compiler,
      turn: () => new Promise((resolve) => host.soon(resolve)),
      onStep: (step) => {
        const message = stepText(step);
        if (message !== undefined) progress.show(message);
      },
      ...(building === undefined ? {} : { cancellation: building.cancellation }),
    });
  } finally {
    progress.end();
  }
}

interface Progress {
  readonly show: (message: string) => void;
  readonly end: () => void;
}

/** It begins with the first message: most builds have nothing to wait for. */
function progressOf(context: Context): Progress {
  const { building } = context;
  if (!context.client.knowsProgress || building === undefined)
    return { show: () => undefined, end: () => undefined };
  const { progressId, requestId } = building;
  let isShown = false;
  return {
    show: (message) => {
      if (isShown) {
        context.send('progressUpdate', { progressId, message });
        return;
      }
      isShown = true;
      context.send('progressStart', {
        progressId,
        requestId,
        title: 'CantripOS build',
        cancellable: true,
        message,
      });
    },
    end: () => {
      if (isShown) context.send('progressEnd', { progressId });
    },
  };
}
