/**
 * The guest compiler in a thread of its own, from outside: a queue of requests, and one thread that is started when
 * it is needed. Whatever becomes of that thread, each request is answered: a crash, no memory, or too much time ends
 * the thread, is a diagnostic at the program's source, and the next request gets a new one.
 */
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { CompilationRequest } from '../toolchain/build-step.js';
import type { CompilerElsewhere } from '../toolchain/drive-build.js';
import type { CompiledUnit, GuestUnit } from '../toolchain/guest/compile-unit.js';
import type { CheckedGuest, GuestChecker } from '../toolchain/guest/check-port.js';
import type { Diagnostic } from '../toolchain/text/diagnostic.js';
import { noRange } from '../toolchain/text/diagnostic.js';
import type { SourceFiles } from '../toolchain/text/source-files.js';
import type { FromThread, ThreadData, ToThread, Wanted } from './compiler-messages.js';
import { newMegabytes } from './engine.js';

export interface CompilerThreadOptions {
  /** The thread's script and the compiler's module. */
  readonly thread: URL;
  readonly module: URL;
  /** For one compilation, with the loading of the compiler. */
  readonly limitMilliseconds?: number;
  /** Of JavaScript objects in the thread. */
  readonly limitMegabytes?: number;
  /** After a build. With `nothing`, the thread ends beside the rest of the build's work. */
  readonly later?: 'more' | 'nothing';
}

export interface CompilerThread extends CompilerElsewhere, GuestChecker {
  /** Loads the compiler already, since something will be asked. */
  readonly start: () => void;
  /** Ends the thread when all is answered; it may keep what makes the next process faster. */
  readonly close: () => Promise<void>;
}

const defaultLimitMilliseconds = 120_000;
const defaultLimitMegabytes = 1536;

interface Request {
  readonly wanted: Wanted;
  readonly unit: GuestUnit;
  readonly files: SourceFiles;
  readonly likely: readonly string[];
  readonly earlier?: Uint8Array | undefined;
  readonly answer: (reply: Extract<FromThread, { kind: 'compiled' | 'checked' }>) => void;
}

export function compilerThread(options: CompilerThreadOptions): CompilerThread {
  const { limitMilliseconds = defaultLimitMilliseconds } = options;
  const { limitMegabytes = defaultLimitMegabytes, later = 'more' } = options;
  let running: RunningThread | undefined;
  let waiting: Request[] = [];
  let current: Request | undefined;
  let timer: NodeJS.Timeout | undefined;
  let ending: Promise<void> | undefined;

  const settle = (reply: Parameters<Request['answer']>[0]): void => {
    clearTimeout(timer);
    const done = current;
    current = undefined;
    done?.answer(reply);
    if (waiting.length === 0) running?.worker.unref();
    next();
  };

  /** The thread keeps what is of use for the next process; a later request gets a new one. */
  const end = async (): Promise<void> => {
    const thread = running;
    running = undefined;
    if (thread === undefined) return;
    if (!thread.wasAsked) {
      await thread.worker.terminate();
      return;
    }
    thread.worker.ref();
    thread.worker.postMessage({ kind: 'end' } satisfies ToThread);
    await thread.whenEnded;
  };

  /** The thread is of no more use: its request gets a reply, and the next one a thread of its own. */
  const giveUp = (thread: RunningThread, problem: Problem): void => {
    if (running !== thread) return;
    running = undefined;
    void thread.worker.terminate();
    if (current !== undefined) settle(failure(current, problem));
  };

  const start = (): RunningThread => {
    if (running !== undefined) return running;
    const started = startThread(options, limitMegabytes, {
      heard: (thread, message) => {
        if (running !== thread) return;
        if (message.kind === 'read') thread.tell(current?.files.readText(message.path));
        else if (message.kind === 'failed')
          giveUp(thread, { kind: message.what, message: message.message });
        else {
          // The library is not to be trusted after it has failed.
          if (hasCrashed(message)) {
            running = undefined;
            void thread.worker.terminate();
          }
          settle(message);
        }
      },
      ended: (thread, problem) => giveUp(thread, problem),
      limitMegabytes,
    });
    running = started;
    return started;
  };

  const next = (): void => {
    if (current !== undefined) return;
    current = waiting.shift();
    if (current === undefined) return;
    const thread = start();
    thread.wasAsked = true;
    thread.worker.ref();
    const { wanted, unit, likely, files, earlier } = current;
    const texts = new Map(likely.map((path) => [path, files.readText(path) ?? null]));
    thread.worker.postMessage({
      ...{ kind: 'compile', wanted, unit, texts },
      ...(earlier === undefined ? {} : { earlier }),
    } satisfies ToThread);
    timer = setTimeout(
      () => giveUp(thread, { kind: 'time', limitMilliseconds }),
      limitMilliseconds,
    );
  };

  /** Of one that goes on, the thread is ended: nothing else ends a compiler that hangs. */
  const cancel = (request: Request): void => {
    waiting = waiting.filter((each) => each !== request);
    if (current !== request) return;
    clearTimeout(timer);
    current = undefined;
    const thread = running;
    running = undefined;
    void thread?.worker.terminate();
    next();
  };

  const ask = (request: Omit<Request, 'answer'>) =>
    new Promise<Parameters<Request['answer']>[0]>((resolve) => {
      waiting.push({ ...request, answer: resolve });
      next();
    });

  return {
    // It does not keep a process that asks nothing of it.
    start: () => start().worker.unref(),
    compile: async ({
      unit,
      files,
      likely,
      earlier,
    }: CompilationRequest): Promise<CompiledUnit> => {
      const reply = await ask({ wanted: 'object', unit, files, likely, earlier });
      return reply.kind === 'compiled' ? reply.made : unitOf(reply.made);
    },
    check: (unit, files, cancellation) =>
      new Promise((resolve) => {
        const request: Request = {
          ...{ wanted: 'check', unit, files, likely: sourcesOf(unit) },
          answer: (reply) =>
            resolve(reply.kind === 'checked' ? reply.made : { ...reply.made.compiled, files: [] }),
        };
        void cancellation?.cancelled.then(() => {
          cancel(request);
          resolve(undefined);
        });
        waiting.push(request);
        next();
      }),
    expectNothing: () => {
      if (later === 'nothing' && current === undefined) ending = end();
    },
    abandon: () => {
      clearTimeout(timer);
      waiting = [];
      // A thread that does nothing is kept.
      if (current === undefined) return;
      current = undefined;
      const thread = running;
      running = undefined;
      void thread?.worker.terminate();
    },
    close: async () => {
      clearTimeout(timer);
      waiting = [];
      current = undefined;
      await Promise.all([ending, end()]);
    },
  };
}

interface RunningThread {
  readonly worker: Worker;
  /** Something, at any time. */
  wasAsked: boolean;
  /** Answers a question of it. */
  readonly tell: (text: string | undefined) => void;
  readonly whenEnded: Promise<void>;
}

interface ThreadListeners {
  readonly heard: (thread: RunningThread, message: FromThread) => void;
  readonly ended: (thread: RunningThread, problem: Problem) => void;
  readonly limitMegabytes: number;
}

function startThread(
  { thread: script, module }: CompilerThreadOptions,
  maxOldGenerationSizeMb: number,
  { heard, ended, limitMegabytes }: ThreadListeners,
): RunningThread {
  const answers = new Int32Array(new SharedArrayBuffer(4));
  // Read when the thread's heap is made.
  setFlagsFromString(`--min-semi-space-size=${String(newMegabytes)}`);
  const worker = new Worker(script, {
    name: 'cantrip guest compiler',
    workerData: {
      kind: 'cantrip guest compiler',
      module: module.href,
      answers,
    } satisfies ThreadData,
    resourceLimits: { maxOldGenerationSizeMb, maxYoungGenerationSizeMb: 3 * newMegabytes },
  });
  const thread: RunningThread = {
    worker,
    wasAsked: false,
    tell: (text) => {
      worker.postMessage({ kind: 'text', text: text ?? null } satisfies ToThread);
      Atomics.add(answers, 0, 1);
      Atomics.notify(answers, 0);
    },
    whenEnded: new Promise((resolve) => worker.once('exit', () => resolve())),
  };
  worker.on('message', (message: FromThread) => heard(thread, message));
  worker.on('error', (error) => {
    const isMemory = (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY';
    ended(
      thread,
      isMemory ? { kind: 'memory', limitMegabytes } : { kind: 'compile', message: error.message },
    );
  });
  worker.on('exit', () => ended(thread, { kind: 'compile', message: 'its thread ended' }));
  return thread;
}

type Problem =
  | { readonly kind: 'load' | 'compile'; readonly message: string }
  | { readonly kind: 'time'; readonly limitMilliseconds: number }
  | { readonly kind: 'memory'; readonly limitMegabytes: number };

/** What is told of a check that somebody else ended. */
export const tookTooLong = (unit: GuestUnit, limitMilliseconds: number): CheckedGuest =>
  failedCheck(unit, { kind: 'time', limitMilliseconds });

const failure = ({ unit }: Request, problem: Problem): Parameters<Request['answer']>[0] => ({
  kind: 'checked',
  made: failedCheck(unit, problem),
});

function failedCheck(unit: GuestUnit, problem: Problem): CheckedGuest {
  const [file = ''] = sourcesOf(unit);
  const { code, message } = sentenceOf(problem);
  const diagnostics: Diagnostic[] = [{ file, range: noRange, severity: 'error', code, message }];
  return { exports: [], unsafeLines: new Map<string, number>(), diagnostics, files: [] };
}

function sentenceOf(problem: Problem): { code: string; message: string } {
  switch (problem.kind) {
    case 'load':
      return {
        code: 'compiler-not-loaded',
        message: `The compiler of guest TypeScript cannot be loaded: ${problem.message}. Its files belong beside this program; install it again.`,
      };
    case 'compile':
      return {
        code: 'compiler-crash',
        message: `The compiler failed on this program: ${problem.message}. The last change is the likely cause; undo parts of it to find which.`,
      };
    case 'time':
      return {
        code: 'compiler-timeout',
        message: `The compilation of this program was ended after ${String(problem.limitMilliseconds / 1000)} seconds. Split it into several components, or undo parts of the last change to find what takes so long.`,
      };
    case 'memory':
      return {
        code: 'compiler-memory',
        message: `The compilation of this program needs more than ${String(problem.limitMegabytes)} MB of memory and was ended. Split it into several components, or undo parts of the last change to find what is so large.`,
      };
  }
}

const unitOf = ({ files, ...compiled }: CheckedGuest): CompiledUnit => ({ compiled, files });

const hasCrashed = (reply: Parameters<Request['answer']>[0]): boolean =>
  (reply.kind === 'compiled' ? reply.made.compiled : reply.made).diagnostics.some(
    ({ code }) => code === 'compiler-crash',
  );

const sourcesOf = ({ entries, options }: GuestUnit): readonly string[] =>
  entries.filter((entry) => options.generated?.has(entry) !== true);
