/**
 * The thread of the guest compiler, `dist/guest-compiler-thread.mjs`: one compilation after another. The compiler
 * reads files whenever it likes and cannot wait for a message, so this thread sleeps until an answer is there.
 */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { CompilerModule } from '../toolchain/guest/compiler-module.js';
import type { KeptCode } from '../toolchain/guest/riscv/kept-code.js';
import type { GuestCompiler } from '../toolchain/guest/compiler-port.js';
import type { SourceFiles } from '../toolchain/text/source-files.js';
import type { FromThread, Reply, ThreadData, ToThread } from './compiler-messages.js';

const { module: address, answers } = workerData as ThreadData;
const port = parentPort;
const say = (message: FromThread): void => port?.postMessage(message);

function filesOf(texts: ReadonlyMap<string, string | null>): SourceFiles {
  const known = new Map(texts);
  const asked = (path: string): string | null => {
    const seen = Atomics.load(answers, 0);
    say({ kind: 'read', path });
    Atomics.wait(answers, 0, seen);
    const received = port === null ? undefined : receiveMessageOnPort(port);
    const answer = received?.message as ToThread | undefined;
    return answer?.kind === 'text' ? answer.text : null;
  };
  return {
    readText: (path) => {
      const text = known.has(path) ? known.get(path) : asked(path);
      known.set(path, text ?? null);
      return text ?? undefined;
    },
    readBytes: () => undefined,
  };
}

const failed = (what: 'load' | 'compile', error: unknown): FromThread => ({
  kind: 'failed',
  what,
  message: error instanceof Error ? error.message : String(error),
});

/** As a rule a module that has only what debug builds call; where that does not do, from then on the whole one. */
const wholeAddress = address.replace(/\?debug$/, '');
let isWhole = address === wholeAddress;
let loading = load(address);

async function load(module: string): Promise<CompilerModule | undefined> {
  try {
    return (await import(module)) as CompilerModule;
  } catch (error) {
    if (module !== wholeAddress) return loadWhole();
    say(failed('load', error));
    return undefined;
  }
}

function loadWhole(): Promise<CompilerModule | undefined> {
  isWhole = true;
  prepared = undefined;
  loading = load(wholeAddress);
  return loading;
}

/** Of all programs that this thread compiled. */
let kept: KeptCode | undefined;

/** After a compilation, for what helps the next one, here or in later processes. */
const idleMilliseconds = 3000;
let keeping: NodeJS.Timeout | undefined;
let wasKept = false;

/** Made while nothing is asked; the first request takes it. */
let prepared: GuestCompiler | undefined;
let wasAsked = false;

function prepare({ preparedCompiler }: CompilerModule): void {
  try {
    prepared ??= preparedCompiler();
  } catch (error) {
    if (isWhole) say(failed('load', error));
    else void loadWhole();
  }
}

// Messages that wait are heard before this.
void loading.then((compiler) =>
  setImmediate(() => {
    if (!wasAsked && compiler !== undefined) prepare(compiler);
  }),
);

async function answer(message: ToThread): Promise<void> {
  wasAsked = true;
  const compiler = await loading;
  if (message.kind === 'end') {
    clearTimeout(keeping);
    compiler?.keep?.();
    port?.close();
  }
  if (message.kind !== 'compile' || compiler === undefined) return;
  if (message.unit.options.isOptimized && !isWhole) {
    void loadWhole();
    await answer(message);
    return;
  }
  clearTimeout(keeping);
  const reply = replyTo(message, compiler);
  if (!isWhole && hasMissedCode(reply)) {
    void loadWhole();
    await answer(message);
    return;
  }
  say(reply);
  // Where nobody says that it is the end, as in an editor, there is time before the next request.
  keeping = setTimeout(() => {
    if (!wasKept) compiler.keep?.();
    wasKept = true;
    prepare(compiler);
  }, idleMilliseconds);
}

/** What is not there is an `unreachable` instruction. */
const hasMissedCode = (reply: Reply): boolean =>
  (reply.kind === 'compiled' ? reply.made.compiled : reply.made).diagnostics.some(
    ({ code, message }) => code === 'compiler-crash' && message.includes('unreachable'),
  );

type Compile = Extract<ToThread, { kind: 'compile' }>;

function replyTo({ unit, wanted, texts, earlier }: Compile, compiler: CompilerModule): Reply {
  const guestCompiler = prepared ?? compiler.guestCompiler;
  prepared = undefined;
  const files = filesOf(texts);
  if (wanted === 'object') {
    kept ??= compiler.newKeptCode();
    if (earlier !== undefined) kept.add(earlier);
    return { kind: 'compiled', made: compiler.compileUnit(guestCompiler, unit, files, kept) };
  }
  const made = guestCompiler.compile(unit.entries, files, unit.options);
  const { diagnostics, exports, unsafeLines } = made;
  return { kind: 'checked', made: { diagnostics, exports, unsafeLines, files: made.files } };
}

port?.on('message', (message: ToThread) => {
  answer(message).catch((error: unknown) => say(failed('compile', error)));
});
