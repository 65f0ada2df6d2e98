// How the bundles have binaryen, which AssemblyScript compiles with: its WebAssembly in files of their own, and a limit.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Binaryen keeps its WebAssembly in a string of its script, five times as large as the script is without it, which an
 * engine reads character by character. Here it is a file beside the bundle; loading takes half the time.
 */
export const binaryenApart = (write) => ({
  name: 'binaryen-apart',
  setup({ initialOptions, onLoad, onEnd }) {
    let wasm;
    onLoad({ filter: /[\\/]node_modules[\\/]binaryen[\\/]index\.js$/ }, async ({ path: file }) => {
      const text = await readFile(file, 'utf8');
      const found = /\w+\(`(?=\\0asm)/.exec(text);
      if (found === null) throw new Error(`${file} is written in another way: see binaryenApart.`);
      const start = found.index + found[0].length;
      let end = start;
      while (text[end] !== '`') end += text[end] === '\\' ? 2 : 1;
      wasm = bytesOfBinaryen(text.slice(start, end));
      if (!globalThis.WebAssembly.validate(wasm)) throw new Error(`${file} holds no WebAssembly.`);
      const [before, after] = [text.slice(0, found.index), text.slice(end + '`)'.length)].map(
        (part) => part.replaceAll(itsLimitBytes, 'binaryenFacts.limitBytes'),
      );
      if (!(before + after).includes('binaryenFacts.limitBytes'))
        throw new Error(`${file} has another limit of memory: see itsLimitBytes.`);
      const reading = 'readWasm(new URL(binaryenFacts.file, import.meta.url))';
      return {
        contents: `import { readFileSync as readWasm } from 'node:fs';${before}${reading}${after}`,
        loader: 'js',
      };
    });
    // The compiler library has a few bytes of WebAssembly, which it gets through `fetch` and so through a HTTP client.
    onLoad({ filter: /[\\/]assemblyscript\.js$/ }, async ({ path: file }) => {
      const text = await readFile(file, 'utf8');
      const streaming = /WebAssembly\.instantiateStreaming\(fetch\((\w+)\)\)/;
      if (!streaming.test(text)) throw new Error(`${file} is written in another way.`);
      const bytes = 'Uint8Array.from(atob($1.replace(/^.*,/, "")), (each) => each.charCodeAt(0))';
      return {
        contents: text.replace(streaming, `WebAssembly.instantiate(${bytes})`),
        loader: 'js',
      };
    });
    onEnd(async () => {
      if (wasm === undefined) return;
      const { outdir } = initialOptions;
      await write({ path: path.join(outdir, 'binaryen.wasm'), contents: Buffer.from(wasm) });
      const contents = withFunctions(wasm, await debugFunctions(wasm));
      await write({ path: path.join(outdir, 'binaryen-debug.wasm'), contents });
    });
  },
});

/** Of its memory; ours is a parameter of the script (runtime/cli/compiler-script.ts). */
const itsLimitBytes = '4294901760';

/**
 * A debug build calls one of twenty functions of binaryen, and an engine spends a tenth of a second on the others. So
 * there is a second file without the bodies of those; who calls one gets a trap, and begins again with the whole
 * (runtime/cli/compiler-worker.ts). Which are called is counted in builds of our own programs and kept in a file.
 */
const functionsFile = new URL('./esbuild-binaryen.json', import.meta.url);

/** Numbers of functions; undefined where those that are known are of another version: all of them. */
export async function debugFunctions(wasm) {
  const { digest, functions } = JSON.parse(await readFile(functionsFile, 'utf8'));
  return digest === digestOf(wasm) ? new Set(functions) : undefined;
}

const digestOf = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** The module with bodies of these alone; each other is `unreachable`. */
export function withFunctions(wasm, kept) {
  if (kept === undefined) return Buffer.from(wasm);
  const parts = [wasm.subarray(0, 8)];
  const reader = readerOf(wasm, 8);
  let imported = 0;
  while (reader.at() < wasm.length) {
    const id = reader.byte();
    const sizeBytes = reader.number();
    const start = reader.at();
    const end = start + sizeBytes;
    if (id === sections.imports) imported = importedFunctions(reader);
    let contents = wasm.subarray(start, end);
    if (id === sections.code) {
      reader.seek(start);
      const count = reader.number();
      const bodies = [numberBytes(count)];
      for (let index = 0; index < count; index += 1) {
        const length = reader.number();
        const isKept = kept.has(imported + index);
        bodies.push(isKept ? numberBytes(length) : unreachableBody);
        if (isKept) bodies.push(wasm.subarray(reader.at(), reader.at() + length));
        reader.seek(reader.at() + length);
      }
      contents = Buffer.concat(bodies);
    }
    reader.seek(end);
    parts.push(Buffer.from([id]), numberBytes(contents.length), contents);
  }
  return Buffer.concat(parts);
}

const sections = { imports: 2, code: 10 };
/** Of three bytes: no locals, `unreachable`, `end`. */
const unreachableBody = Buffer.from([3, 0, 0x00, 0x0b]);

/** Only functions and memories are imported: others would be refused here. */
function importedFunctions(reader) {
  let functions = 0;
  for (let left = reader.number(); left > 0; left -= 1) {
    skipName(reader);
    skipName(reader);
    const kind = reader.byte();
    if (kind === 0) functions += 1;
    else if (kind !== 2) throw new Error('Binaryen imports what is no function and no memory.');
    const flags = reader.number();
    if (kind === 2) for (let size = flags & 1; size >= 0; size -= 1) reader.number();
  }
  return functions;
}

function skipName(reader) {
  const length = reader.number();
  reader.seek(reader.at() + length);
}

function readerOf(bytes, start) {
  let at = start;
  const byte = () => bytes[at++];
  return {
    at: () => at,
    seek: (position) => {
      at = position;
    },
    byte,
    number: () => {
      let value = 0;
      for (let shift = 1; ; shift *= 128) {
        const next = byte();
        value += (next & 127) * shift;
        if (next < 128) return value;
      }
    },
  };
}

function numberBytes(value) {
  const bytes = [];
  let left = value;
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) | 128);
  return Buffer.from([...bytes, left]);
}

/** As its own script decodes them: a character above 255 is not used, and 0 is written as another one. */
function bytesOfBinaryen(literal) {
  const text = literal.replace(
    /\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|([^]))/g,
    (_, x, u, one) =>
      one === undefined ? String.fromCharCode(parseInt(x ?? u, 16)) : (escapes[one] ?? one),
  );
  return Uint8Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    return (~code >> 8) & code;
  });
}

const escapes = { 0: '\0', n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v' };

/**
 * `node esbuild-binaryen.mjs SOURCE…`: counts anew which functions debug builds of these call, and one of a program with
 * all that is ordinary, by what is in dist/.
 */
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const called = new Set();
  const folder = await mkdtemp(path.join(tmpdir(), 'cantrip-ordinary-'));
  await copyFile('test/unit/cli/ordinary-program.txt', path.join(folder, 'ordinary.ts'));
  await writeFile(path.join(folder, 'ordinary.manifest'), 'name = ordinary\n');
  const settings = { program: 'ordinary.ts', app: { manifest: 'ordinary.manifest' } };
  await writeFile(path.join(folder, 'cantrip.json'), JSON.stringify(settings));
  for (const source of [folder, ...process.argv.slice(2)]) {
    const command = ['--trace-wasm-compilation-times', 'dist/cantrip.cjs', 'build', source];
    const { status, stdout, stderr } = spawnSync(process.execPath, [...command, '--no-cache'], {
      encoding: 'utf8',
      maxBuffer: 1 << 30,
    });
    if (status !== 0) throw new Error(`${source} cannot be built: ${stderr}`);
    for (const [, number] of stdout.matchAll(/#(\d+) using Liftoff/g)) called.add(Number(number));
  }
  await rm(folder, { recursive: true });
  const digest = digestOf(await readFile('dist/binaryen.wasm'));
  const functions = [...called].sort((a, b) => a - b);
  await writeFile(functionsFile, `${JSON.stringify({ digest, functions })}\n`);
}
