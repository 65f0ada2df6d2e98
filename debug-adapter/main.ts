/**
 * The adapter's process. As a worker thread of the extension it speaks DAP objects through
 * `postMessage`; else DAP over stdio, or over TCP with `--port N`, one session a connection. The only
 * file of the adapter that knows Node's files, sockets and time.
 */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { MessagePort } from 'node:worker_threads';
import { parentPort } from 'node:worker_threads';
import { userCache } from '../runtime/cli/disk-cache.js';
import { compilerBeside } from '../runtime/cli/guest-compiler.js';
import type { SourceFiles } from '../runtime/toolchain/text/source-files.js';
import type { Host } from './model/run-loop.js';
import { CantripSession } from './session.js';
import { encodeFrame, FrameReader } from './transport/framing.js';

const files: SourceFiles = {
  readText: (path) => readFile(path)?.toString('utf8'),
  readBytes: (path) => readFile(path),
  modifiedAt: (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs,
};

function readFile(path: string): Buffer | undefined {
  try {
    return statSync(path).isFile() ? readFileSync(path) : undefined;
  } catch {
    // Why a file cannot be read does not matter to a front end: it says which one it wanted.
    return undefined;
  }
}

const host: Host = {
  now: () => performance.now(),
  soon: (action) => void setImmediate(action),
  saveFile(path, bytes) {
    try {
      writeFileSync(path, bytes);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  },
};

function reportBug(error: unknown): void {
  process.stderr.write(
    `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
}

interface ByteStream {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly close: () => void;
}

/** One for all sessions of this process: it is large, and fast once it has compiled something. */
const compiler = compilerBeside(__dirname);

function serveBytes({ input, output, close }: ByteStream): void {
  const session = new CantripSession({
    files,
    host,
    cache: userCache(),
    compiler,
    ended: close,
    reportBug,
  });
  session.onDidSendMessage((message) => void output.write(encodeFrame(message)));
  const reader = new FrameReader();
  input.on('data', (data: Buffer) => {
    for (const frame of reader.push(data)) {
      if (frame.kind === 'message') session.receive(frame.value);
      else session.receiveMalformed(frame.problem);
    }
  });
  const gone = (): void => {
    session.shutdown();
    close();
  };
  input.on('end', gone);
  input.on('error', gone);
  // A client that went away without a word must not bring the process down.
  output.on('error', gone);
}

function serveTcp(port: number): void {
  const server = createServer((socket) => {
    serveBytes({ input: socket, output: socket, close: () => socket.end() });
  });
  server.on('error', (error) => {
    process.stderr.write(`The adapter cannot listen on port ${port}: ${error.message}\n`);
    process.exitCode = 1;
  });
  server.listen(port, '127.0.0.1', () => {
    const address = server.address();
    const actual = typeof address === 'object' && address !== null ? address.port : port;
    process.stderr.write(`The debug adapter listens on 127.0.0.1:${actual}.\n`);
  });
}

/** One session after another: a client that has disconnected may come again. */
function serveWorker(port: MessagePort): void {
  const begin = (): CantripSession => {
    const session = new CantripSession({
      files,
      host,
      cache: userCache(),
      compiler,
      ended: () => {
        session.shutdown();
        current = begin();
      },
      reportBug,
    });
    session.onDidSendMessage((message) => {
      if (session === current) port.postMessage(message);
    });
    return session;
  };
  let current = begin();
  port.on('message', (message: unknown) => current.receive(message));
}

function serve(): void {
  if (parentPort !== null) {
    serveWorker(parentPort);
    return;
  }
  const option = process.argv.indexOf('--port');
  const port = option < 0 ? undefined : Number(process.argv[option + 1]);
  if (port === undefined) {
    const { stdin, stdout } = process;
    // What was written is still on its way through a pipe when the process is told to end.
    const close = (): void => void stdout.write('', () => process.exit(0));
    serveBytes({ input: stdin, output: stdout, close });
  } else if (Number.isInteger(port) && port >= 0 && port < 65_536) serveTcp(port);
  else {
    process.stderr.write(
      'Usage: debug-adapter [--port N], N from 0 to 65535 (0: any free port).\n',
    );
    process.exitCode = 2;
  }
}

serve();
