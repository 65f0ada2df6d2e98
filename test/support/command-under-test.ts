/** The `cantrip` command as it is shipped, in one file, run as a process in a folder of its own. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildBundle } from './bundle.js';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandUnderTest {
  readonly folder: string;
  /** Without `stdin` it is at its end from the start. */
  readonly run: (argv: readonly string[], stdin?: string) => Promise<Finished>;
  /** Writes a file of the folder; gives its name back. */
  readonly file: (name: string, content: string | Uint8Array) => string;
  readonly remove: () => void;
}

/** Processes of several test files run at once, so each has a bundle with a name of its own. */
export function commandUnderTest(name: string): CommandUnderTest {
  const script = buildBundle('cantrip', path.resolve(`out/${name}-under-test`));
  const folder = mkdtempSync(path.join(tmpdir(), `cantrip-${name}-`));
  return {
    folder,
    run: (argv, stdin = '') =>
      new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [script, ...argv], {
          cwd: folder,
          env: { ...process.env, CANTRIP_CACHE: `${folder}-cache` },
        });
        let stdout = '';
        let stderr = '';
        child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
        child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
        child.on('error', reject).on('close', (code) => {
          resolve({ code, stdout, stderr });
        });
        child.stdin.on('error', () => undefined).end(stdin);
      }),
    file: (relative, content) => {
      mkdirSync(path.dirname(path.join(folder, relative)), { recursive: true });
      writeFileSync(path.join(folder, relative), content);
      return relative;
    },
    remove: () => {
      rmSync(folder, { recursive: true });
      rmSync(`${folder}-cache`, { recursive: true, force: true });
    },
  };
}
