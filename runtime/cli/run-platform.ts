/**
 * Runs a platform to one of its ends: the guest switches off, a text appears, a limit is reached, nothing
 * can happen any more, or the user leaves. Runs in slices, so that input arrives in between; what the
 * guest does depends on the input and nothing else.
 */
import type { MachineStop } from '../machine/machine.js';
import type { Platform } from '../platform.js';
import { watchFaults, type FaultReport } from '../inspect/fault-reports.js';
import type { ConsoleInput } from './console-input.js';
import type { ExitCode } from './command.js';
import { displayPath } from './disk.js';

export interface RunLimits {
  /** Stops as soon as it matches the console text, in the middle of a line too. */
  readonly until?: RegExp;
  /** Stops after exactly so many instructions. */
  readonly maxInstructions?: number;
  /** Ends well when the guest waits and only input could wake it. */
  readonly exitOnIdle: boolean;
}

export interface RunOutcome {
  readonly exit: ExitCode;
  readonly reason: RunEnd;
  /** What happened, as a sentence. */
  readonly message: string;
}

export type RunEnd = 'powered-off' | 'until' | 'limit' | 'idle' | 'fault' | 'locked-up' | 'left';

export interface RunHooks {
  /** Console bytes, at the end of each slice in which there were some. */
  console(bytes: Uint8Array): void;
  /** Runs at most so many steps; tracers step through them instead. */
  run(steps: number): MachineStop;
  /** A thread faulted; behind the console bytes before that. */
  fault(report: FaultReport): void;
}

/** Short enough that a key is seen within some 20 ms. */
const sliceSteps = 1_000_000;

/** How much console text `until` looks at; longer ago is forgotten. */
const longestMatchCharacters = 4096;

export async function runPlatform(
  platform: Platform,
  limits: RunLimits,
  input: ConsoleInput,
  hooks: RunHooks,
): Promise<RunOutcome> {
  const { machine } = platform;
  const console = watchConsole(platform, limits.until);
  const printed = (): void => {
    const bytes = console.take();
    if (bytes.length > 0) hooks.console(bytes);
  };
  /** Which nobody handles: a machine that then waits has failed. */
  let lastFault: string | undefined;
  const tell = (report: FaultReport): void => {
    if (!report.isHandled) lastFault = report.text;
    printed();
    hooks.fault(report);
  };
  const faults = watchFaults(platform, tell, displayPath);
  let stepsWithoutInstruction = 0;
  try {
    for (;;) {
      const arrived = input.take();
      if (arrived.length > 0) machine.receive(arrived);
      if (input.takeBreak()) machine.disturbConsole('break');
      const left = (limits.maxInstructions ?? Infinity) - machine.instructions;
      if (left <= 0) return limitOutcome(limits);
      const before = machine.instructions;
      const steps = Math.min(sliceSteps, left);
      const stop = hooks.run(steps);
      printed();
      if (console.hasMatched())
        return { exit: 0, reason: 'until', message: 'The console text matched --until.' };
      const ended = endOf(stop, limits, lastFault);
      if (ended !== undefined) return ended;
      const isStuck = stop.kind === 'limit' && machine.instructions === before;
      stepsWithoutInstruction = isStuck ? stepsWithoutInstruction + steps : 0;
      if (stepsWithoutInstruction > sliceSteps) return stuckOutcome;
      await nextTurn();
      if (stop.kind === 'idle' && !(await hasMoreInput(limits, input)))
        return idleOutcome(limits, lastFault);
      if (input.hasLeft) return { exit: 0, reason: 'left', message: 'Left the console.' };
    }
  } finally {
    console.dispose();
    faults.dispose();
  }
}

/** With --exit-on-idle only what has arrived already counts. */
async function hasMoreInput(limits: RunLimits, input: ConsoleInput): Promise<boolean> {
  return limits.exitOnIdle ? input.isWaiting : input.more();
}

/** Collects the console's bytes and stops the machine at the very byte that completes a match. */
function watchConsole(
  platform: Platform,
  until: RegExp | undefined,
): { take(): Uint8Array; hasMatched(): boolean; dispose(): void } {
  let bytes: number[] = [];
  let text = '';
  let hasMatched = false;
  const listener = platform.onConsole((byte) => {
    bytes.push(byte);
    if (until === undefined || hasMatched) return;
    text += String.fromCharCode(byte);
    if (text.length > 2 * longestMatchCharacters) text = text.slice(-longestMatchCharacters);
    if (!until.test(text)) return;
    hasMatched = true;
    platform.machine.requestStop();
  });
  return {
    take: () => {
      const taken = Uint8Array.from(bytes);
      bytes = [];
      return taken;
    },
    hasMatched: () => hasMatched,
    dispose: () => {
      listener.dispose();
    },
  };
}

const limitOutcome = ({ maxInstructions = 0 }: RunLimits): RunOutcome => ({
  exit: 3,
  reason: 'limit',
  message: `Stopped at the limit of ${maxInstructions} instructions.`,
});

const stuckOutcome: RunOutcome = {
  exit: 1,
  reason: 'locked-up',
  message: 'The guest takes trap after trap and executes no instruction in between.',
};

function endOf(
  stop: MachineStop,
  { until }: RunLimits,
  fault: string | undefined,
): RunOutcome | undefined {
  switch (stop.kind) {
    case 'poweredOff':
      if (stop.code !== 0)
        return {
          exit: 1,
          reason: 'powered-off',
          message: fault ?? `The guest reported failure with code ${stop.code}.`,
        };
      return until === undefined
        ? { exit: 0, reason: 'powered-off', message: 'The guest switched the machine off.' }
        : {
            exit: 1,
            reason: 'powered-off',
            message: `The guest switched the machine off before its console text matched ${until.source}.`,
          };
    case 'lockedUp':
      return {
        exit: 1,
        reason: 'locked-up',
        message: `Hart ${stop.hart} is locked up: its trap handler in mtvec cannot be fetched.`,
      };
    case 'limit':
    case 'requested':
    case 'watch':
    case 'breakpoint':
    case 'idle':
      return undefined;
  }
}

function idleOutcome({ until }: RunLimits, fault: string | undefined): RunOutcome {
  if (fault !== undefined) return { exit: 1, reason: 'fault', message: fault };
  if (until !== undefined)
    return {
      exit: 1,
      reason: 'idle',
      message: `The guest waits for input before its console text matched ${until.source}.`,
    };
  return {
    exit: 0,
    reason: 'idle',
    message: 'The guest waits for input, and there is no more.',
  };
}

/** Lets input and signals arrive. */
const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
