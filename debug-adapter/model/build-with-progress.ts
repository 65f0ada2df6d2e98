/**
 * A build whose steps a client shows as progress, where it can. The build goes on without a pause; its events leave
 * while it does. A step that wants a compiler that is not loaded yet ends it: the launch begins again.
 */
import type { BuildOptions, Built } from '../../runtime/toolchain/build.js';
import { buildInSteps } from '../../runtime/toolchain/build.js';
import { stepText } from '../../runtime/toolchain/build-step.js';
import type { Context } from '../context.js';

/** Undefined: the guest compiler has to be loaded first. */
export function buildWithProgress(
  context: Context,
  source: string,
  options: BuildOptions,
): Built | undefined {
  const building = buildInSteps(source, context.files, options);
  const progress = progressOf(context);
  try {
    for (let next = building.next(); ;) {
      if (next.done === true) return next.value;
      if (next.value.kind === 'wantsGuestCompiler') {
        if (context.guestCompiler === undefined) return undefined;
        next = building.next(context.guestCompiler);
        continue;
      }
      const message = stepText(next.value);
      if (message !== undefined) progress.show(message);
      next = building.next();
    }
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
  if (!context.client.knowsProgress) return { show: () => undefined, end: () => undefined };
  let progressId: string | undefined;
  return {
    show: (message) => {
      if (progressId !== undefined) {
        context.send('progressUpdate', { progressId, message });
        return;
      }
      context.builds += 1;
      progressId = `build ${String(context.builds)}`;
      context.send('progressStart', { progressId, title: 'CantripOS build', message });
    },
    end: () => {
      if (progressId !== undefined) context.send('progressEnd', { progressId });
    },
  };
}
