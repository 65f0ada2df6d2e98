/** The custom requests of `protocol.ts`: capability spaces, the console's input, the machine at a glance. */
import { fail, ok } from '../../runtime/base/result.js';
import { programBesideBundle } from '../../runtime/toolchain/application/bundle-program.js';
import { viewCSpaces, viewSlots } from '../../runtime/inspect/capabilities.js';
import { integer, nothing, optional, shape, text } from '../arguments.js';
import { done, machineRequest, type Handlers } from '../context.js';
import type { LoopState } from '../model/run-loop.js';
import type { CustomRequests } from '../protocol.js';

type Body<Name extends keyof CustomRequests> = CustomRequests[Name]['body'];

export const customHandlers: Handlers = {
  'cantrip/capabilities': machineRequest(nothing, ({ platform }) =>
    ok({ cspaces: viewCSpaces(platform) } satisfies Body<'cantrip/capabilities'>),
  ),

  'cantrip/slots': machineRequest(
    shape({
      cnode: integer,
      path: optional(text),
      start: optional(integer),
      count: optional(integer),
    }),
    ({ platform }, { cnode, ...options }) => {
      const { slots, total } = viewSlots(platform, cnode, options);
      return ok({ slots: [...slots], total } satisfies Body<'cantrip/slots'>);
    },
  ),

  'cantrip/consoleInput': machineRequest(shape({ text }), (debuggee, args) => {
    debuggee.receive(new TextEncoder().encode(args.text));
    return done;
  }),

  'cantrip/installBundle': machineRequest(shape({ path: text }), (debuggee, args, context) => {
    const file = context.files.readBytes(args.path);
    if (file === undefined) return fail(`The bundle ${args.path} cannot be read.`);
    const name = args.path.split(/[\\/]/).at(-1) ?? '';
    const program = programBesideBundle(args.path, file, context.files);
    return debuggee.install(name, file, program)
      ? done
      : fail('A bundle is being installed already: wait until the shell has told of it.');
  }),

  'cantrip/machine': machineRequest(nothing, ({ platform, loop }) => {
    const { machine, options } = platform;
    return ok({
      board: options.board,
      kernel: typeof options.kernel === 'object' ? 'image' : options.kernel,
      running: loop.isRunning,
      state: stateWords[loop.state],
      instructions: machine.instructions,
      cycles: machine.cycles,
    } satisfies Body<'cantrip/machine'>);
  }),
};

const stateWords: Readonly<Record<LoopState, string>> = {
  stopped: 'stopped',
  running: 'running',
  waiting: 'waiting for input',
  off: 'powered off',
};
