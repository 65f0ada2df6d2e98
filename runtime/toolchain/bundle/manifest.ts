/**
 * What a bundle says of itself: its name, and what ProcessManager may give it. A text of lines `key = value`, where `#`
 * begins a comment; it goes into the bundle as it was written, and ProcessManager reads the same text.
 * Every key but `name` may be left out.
 */
import type { Diagnostic } from '../text/diagnostic.js';

export interface Manifest {
  readonly name: string;
  /** As it goes into the bundle. */
  readonly text: string;
}

export interface ManifestRead {
  readonly manifest: Manifest | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export interface ManifestKey {
  readonly key: string;
  readonly pattern: RegExp;
  readonly expected: string;
  readonly doc: string;
  readonly fallback?: string;
}

const size = /^[1-9](?:[0-9]{0,7}|[0-9]{0,5}K|[0-9]{0,2}M)$/;
const microseconds = /^[1-9][0-9]{0,7}$/;

export const longestManifestBytes = 1024;

/** ProcessManager's `manifest.ts` reads these and no others; a test holds both to that. */
export const manifestKeys: readonly ManifestKey[] = [
  {
    key: 'name',
    pattern: /^(?!.*\.(?:app|kelvin|model|repl)$)[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/,
    expected:
      'a letter or digit, then up to 31 letters, digits, `_`, `.` or `-`, without `.app`, `.kelvin`, `.model` or `.repl` at the end',
    doc: 'What the shell calls the bundle.',
  },
  {
    key: 'memory',
    pattern: size,
    expected: 'a number of bytes, such as 65536 or 64K',
    doc: 'All memory that may be used for it: frames, page tables, its thread, its capabilities.',
    fallback: '512K',
  },
  {
    key: 'stack',
    pattern: size,
    expected: 'a number of bytes, such as 16K',
    doc: 'Its stack, in whole pages.',
    fallback: '16K',
  },
  {
    key: 'priority',
    pattern: /^(?:[0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-3])$/,
    expected: 'a number from 0 to 253',
    doc: 'Of its thread. The services of the system have 254.',
    fallback: '100',
  },
  {
    key: 'budget',
    pattern: microseconds,
    expected: 'a number of microseconds, no more than the period',
    doc: 'Processor time in each period.',
    fallback: '10000',
  },
  {
    key: 'period',
    pattern: microseconds,
    expected: 'a number of microseconds',
    doc: 'How often it has its budget again.',
    fallback: '10000',
  },
  {
    key: 'restart',
    pattern: /^(?:never|always|on-fault(?: [1-9][0-9]{0,2})?)$/,
    expected: '`never`, `always`, or `on-fault` with how often at most, such as `on-fault 3`',
    doc: 'Whether it is started again when it has ended by itself.',
    fallback: 'never',
  },
  {
    key: 'endpoints',
    pattern: /^[01]$/,
    expected: '0 or 1',
    doc: 'Whether it may call the SDK: 0 for one that computes and no more.',
    fallback: '1',
  },
  {
    key: 'devices',
    pattern:
      /^(?!.*(?<![^ ])(\S+) (?:.* )?\1(?![^ ]))[A-Za-z0-9][A-Za-z0-9_.-]{0,31}(?: [A-Za-z0-9][A-Za-z0-9_.-]{0,31}){0,7}$/,
    expected: 'up to eight different names of devices with a blank between them',
    doc: 'What it may reach through the SDK, such as `i2c.temperature`.',
  },
];

export function readManifest(file: string, text: string): ManifestRead {
  const diagnostics: Diagnostic[] = [];
  const found = new Map<string, string>();
  for (const [line, whole] of text.split('\n').entries()) {
    const content = whole.replace(/#.*/, '').trim();
    if (content === '') continue;
    const problem = problemOf(content, found);
    if (problem === undefined) continue;
    const range = { start: { line, character: 0 }, end: { line, character: whole.length } };
    diagnostics.push({ file, range, severity: 'error', ...problem });
  }
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > longestManifestBytes)
    diagnostics.push(
      atStart(
        file,
        'manifest-size',
        `The manifest has ${String(bytes)} bytes; at most ${String(longestManifestBytes)} fit into a bundle. Leave out comments.`,
      ),
    );
  const name = found.get('name');
  if (name === undefined && diagnostics.length === 0)
    diagnostics.push(atStart(file, 'manifest-name', 'The manifest has no line `name = …`.'));
  const value = (key: string): number =>
    Number(found.get(key) ?? manifestKeys.find((each) => each.key === key)?.fallback);
  if (diagnostics.length === 0 && value('budget') > value('period'))
    diagnostics.push(
      atStart(
        file,
        'manifest-value',
        `The budget of ${String(value('budget'))} microseconds is more than the period of ${String(value('period'))}; no thread can have more time than there is.`,
      ),
    );
  const manifest = name === undefined || diagnostics.length > 0 ? undefined : { name, text };
  return { manifest, diagnostics };
}

const atStart = (file: string, code: string, message: string): Diagnostic => ({
  file,
  range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
  severity: 'error',
  code,
  message,
});

function problemOf(
  content: string,
  found: Map<string, string>,
): Pick<Diagnostic, 'code' | 'message'> | undefined {
  const [, key, value = ''] = /^([^=\s]+)\s*=\s*(.*)$/.exec(content) ?? [];
  const names = manifestKeys.map((each) => `\`${each.key}\``).join(', ');
  if (key === undefined)
    return {
      code: 'manifest-line',
      message: `\`${content}\` is no line of a manifest; write \`key = value\` with one of ${names}.`,
    };
  const known = manifestKeys.find((each) => each.key === key);
  if (known === undefined)
    return {
      code: 'manifest-key',
      message: `A manifest has no key \`${key}\`; its keys are ${names}.`,
    };
  if (found.has(key))
    return { code: 'manifest-key', message: `\`${key}\` is told twice; keep one of the lines.` };
  if (!known.pattern.test(value))
    return {
      code: 'manifest-value',
      message: `\`${value}\` is no value of \`${key}\`; expected is ${known.expected}.`,
    };
  found.set(key, value);
  return undefined;
}
