// Builds: `bundle` makes the shipped bundles in dist/, `modules` transpiles every source
// file into out/ for tests. `--watch` keeps bundling. Types are checked by `tsc`, not here.
import { build, context } from 'esbuild';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { binaryenApart } from './esbuild-binaryen.mjs';

const rooms = ['runtime', 'debug-adapter', 'language-server', 'extension', 'test'];

/** Folders of guest TypeScript: text for the guest compiler, no modules of ours. */
const guestFolders =
  /[\\/](runtime[\\/]system[\\/](guest-runtime|interfaces|rootserver|sdk|sel4)|test[\\/]bench[\\/]guest)[\\/][^\\/]+\.ts$/;

/** Guest software is written in files of its own; `import text from './loader.S.js'` gives the text of `loader.S`. */
const guestSources = {
  name: 'guest-sources',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /\.(S|h|ts)\.js$/ }, ({ path: file, resolveDir }) => ({
      path: path.resolve(resolveDir, file.replace(/\.js$/, '')),
    }));
    onLoad({ filter: guestFolders }, async ({ path: file }) => ({
      contents: await readFile(file, 'utf8'),
      loader: 'text',
    }));
  },
};

/** The module of the root server's objects, which is in no file of ours: `rootServer` makes it. */
const rootServerFile = 'runtime/toolchain/capdl/loading/root-server.guest.js';

/** While it is made; several bundles want it at the same time. */
let rootServerInMaking;

const rootServerMade = {
  name: 'root-server-made',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /root-server\.guest\.js$/ }, ({ path: file, resolveDir }) => ({
      path: path.resolve(resolveDir, file),
      namespace: 'root-server',
    }));
    onLoad({ filter: /.*/, namespace: 'root-server' }, async () => ({
      contents: await (rootServerInMaking ??= rootServer().finally(() => {
        rootServerInMaking = undefined;
      })),
      loader: 'js',
    }));
  },
};

/**
 * A script that is loaded with the code that V8 keeps of it (runtime/cli/cached-script.ts) is one expression, a function,
 * behind a line with its digest. Engines keep code of scripts, and not of modules; so a module's parts that are no
 * script's come in as parameters: modules of Node, its own place, and where its exports go.
 */
const asScript = (contents, parameters) => {
  // Read as one byte a character; in regular expressions and comments the bundler leaves others as they are.
  const ascii = contents.replace(
    /[^\0-\x7f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const text = `(${parameters}{${ascii}\n})`;
  return Buffer.from(`//${createHash('sha256').update(text).digest('hex')}\n${text}`);
};

/** Modules of Node as a script gets them. */
const nodeModules = {
  name: 'node-modules',
  setup({ onLoad, onResolve }) {
    onResolve(
      { filter: /^(node:)?(fs|module|path|process|url)(\/promises)?$/ },
      ({ path: name }) => ({
        path: name,
        namespace: 'node-module',
      }),
    );
    onLoad({ filter: /.*/, namespace: 'node-module' }, ({ path: name }) => ({
      contents: `module.exports = required(${JSON.stringify(name)});`,
    }));
  },
};

/** What is large and seldom needed: a bundle that needs it loads it as a file of its own. */
const largeApart = {
  name: 'large-apart',
  setup({ onResolve }) {
    onResolve({ filter: /guest\/assemblyscript\/main\.js$/ }, () => ({
      path: './guest-compiler.mjs',
      external: true,
    }));
    onResolve({ filter: /^elkjs\/lib\/elk\.bundled\.js$/ }, () => ({
      path: './elk.mjs',
      external: true,
    }));
  },
};

const bundle = {
  entryPoints: {
    extension: 'extension/main.ts',
    'debug-adapter': 'debug-adapter/main.ts',
    'language-server': 'language-server/main.ts',
    cantrip: 'runtime/cli/main.ts',
  },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  external: ['vscode'],
  loader: { '.S': 'text', '.h': 'text' },
  plugins: [guestSources, largeApart, rootServerMade],
  // Without the paths of tsconfig.json, which lead to declarations alone.
  tsconfigRaw: { compilerOptions: { target: 'ES2023', verbatimModuleSyntax: true } },
  sourcemap: true,
  sourcesContent: false,
  minifySyntax: true,
  logLevel: 'warning',
};

/** What VS Code starts; the command is another kind of file. */
const editorEntries = { ...bundle.entryPoints };
delete editorEntries.cantrip;

const small = {
  ...bundle,
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  plugins: [],
  sourcemap: false,
  minify: true,
};

/** The compiler is a script, and a module beside it that loads it. */
const guestCompiler = {
  ...small,
  entryPoints: undefined,
  stdin: {
    contents: `import * as compiler from './runtime/toolchain/guest/assemblyscript/main.ts'; provide(compiler);`,
    resolveDir: '.',
  },
  plugins: [guestSources, binaryenApart(writeChanged), nodeModules],
  define: { 'import.meta.url': 'place' },
  write: false,
};
const guestCompilerParts = {
  ...small,
  entryPoints: {
    'guest-compiler': 'runtime/cli/compiler-script.ts',
    'guest-compiler-thread': 'runtime/cli/compiler-worker.ts',
  },
};

async function buildGuestCompiler(outdir) {
  const { outputFiles } = await build({ ...guestCompiler, outdir });
  const [{ text }] = outputFiles;
  const contents = asScript(text, 'async (required, place, provide, binaryenFacts) => ');
  await writeChanged({ path: path.join(outdir, 'guest-compiler.js'), contents });
  await build({ ...guestCompilerParts, outdir });
}

/** The command is a script, too. Its map counts lines of the script. */
async function buildCommand(outdir, define) {
  const entryPoints = { cantrip: bundle.entryPoints.cantrip };
  const options = { ...bundle, entryPoints, outdir, outExtension: {}, define };
  const { outputFiles } = await build({
    ...options,

    sourcemap: false,
    write: false,
  });
  const text = outputFiles[0].text
    .replace(/^#!.*/, '')
    .replace(/\bimport\("\.\//g, 'loadBeside("./');
  const contents = asScript(text, '(require, __dirname, loadBeside, earlyCompiler) => ');
  await writeChanged({ path: path.join(outdir, 'cantrip.js'), contents });
  await build({
    ...small,
    entryPoints: { cantrip: 'runtime/cli/start.ts' },
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    outdir,
  });
}

/** The layout of diagrams: a script of another project, as it is, with an export. */
const elk = {
  ...small,
  entryPoints: { elk: 'node_modules/elkjs/lib/elk.bundled.js' },
};

const outputs = [
  ...Object.keys(bundle.entryPoints).map((name) =>
    name === 'cantrip' ? 'cantrip.js' : `${name}.cjs`,
  ),
  'guest-compiler.js',
  'binaryen.wasm',
  'binaryen-debug.wasm',
  'elk.mjs',
];

/** Writes only what changed, by rename, so that two builds at once never see half a file. */
export async function modules() {
  const sources = (await Promise.all(rooms.map(sourcesIn))).flat();
  const entryPoints = sources.map((file) => ({
    in: file,
    out: guestFolders.test(`/${file}`) ? file : file.replace(/\.ts$/, ''),
  }));
  const result = await build({
    entryPoints,
    outdir: 'out',
    outbase: '.',
    bundle: false,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    loader: { '.S': 'text', '.h': 'text' },
    plugins: [guestSources],
    sourcemap: 'inline',
    sourcesContent: false,
    write: false,
    logLevel: 'warning',
  });
  await Promise.all(result.outputFiles.map(writeChanged));
  const contents = Buffer.from(await rootServer());
  await writeChanged({ path: path.join('out', rootServerFile), contents });
}

/**
 * The root server is a guest program, which our own compiler compiles here, once for all systems. It is done again when
 * the compiler has changed, or a source, which is text in the compiler's bundle.
 */
async function rootServer() {
  const { outputFiles } = await build({
    entryPoints: ['runtime/toolchain/guest/assemblyscript/compile-root-server.ts'],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: ['assemblyscript', 'assemblyscript/*'],
    loader: { '.S': 'text', '.h': 'text' },
    plugins: [guestSources],
    tsconfigRaw: bundle.tsconfigRaw,
    write: false,
    logLevel: 'warning',
  });
  const compiler = outputFiles[0].contents;
  const library = await readFile('node_modules/assemblyscript/package.json');
  const key = createHash('sha256').update(compiler).update(library).digest('hex');
  const kept = path.join('out', 'root-server', `${key}.js`);
  const known = await readFile(kept, 'utf8').catch(() => undefined);
  if (known !== undefined) return known;
  const file = path.resolve('out', 'root-server', `${key}.${process.pid}.mjs`);
  await writeChanged({ path: file, contents: compiler });
  const { compileRootServer, rootServerModule } = await import(pathToFileURL(file).href);
  await rm(file);
  const compiled = compileRootServer();
  if (compiled.diagnostics.length > 0)
    throw new Error(
      compiled.diagnostics
        .map(({ file: at, range: { start }, message }) => `${at}:${start.line + 1} ${message}`)
        .join('\n'),
    );
  const text = rootServerModule(compiled);
  await writeChanged({ path: kept, contents: Buffer.from(text) });
  return text;
}

/**
 * What an editor needs to understand the samples in guest TypeScript: AssemblyScript's declarations, which are not
 * ours, and our support library, which has its place elsewhere. So neither is kept with the samples.
 */
async function writeSampleTypes() {
  const { guestCompiler: compiler } = await import('./dist/guest-compiler.mjs');
  for (const [file, text] of compiler.editorFiles())
    if (file.startsWith('types/'))
      for (const sample of ['rpc', 'event', 'capsule'])
        await writeChanged({
          path: path.join('extension', 'samples', sample, file),
          contents: Buffer.from(text),
        });
}

/** The sample `cantripos` is the system itself: its sources, as they are at the time of the build, and their types. */
async function writeSystemSample() {
  const { guestCompiler: compiler } = await import('./dist/guest-compiler.mjs');
  for (const [file, text] of compiler.editorFiles(new Map([['camkes', await systemModule()]])))
    await writeChanged({
      path: path.join('extension', 'samples', 'cantripos', file),
      contents: Buffer.from(text),
    });
  for (const folder of ['apps', 'components', 'interfaces', 'platforms']) {
    const source = path.join('runtime', 'system', folder);
    const target = path.join('extension', 'samples', 'cantripos', 'system', folder);
    const filesIn = async (at) =>
      (await readdir(at, { recursive: true, withFileTypes: true }).catch(() => []))
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(at, path.join(entry.parentPath, entry.name)));
    const files = await filesIn(source);
    for (const file of files)
      await writeChanged({
        path: path.join(target, file),
        contents: await readFile(path.join(source, file)),
      });
    for (const file of await filesIn(target))
      if (!files.includes(file)) await rm(path.join(target, file));
  }
}

/** The module `camkes` of the components of board nexus. */
async function systemModule() {
  const { outputFiles } = await build({
    ...small,
    plugins: [guestSources],
    stdin: {
      contents: `
        export { compileSystem, readSystem } from './runtime/toolchain/camkes/read-system.ts';
        export { guestDeclarations } from './runtime/toolchain/components/guest-declarations.ts';`,
      resolveDir: '.',
    },
    entryPoints: undefined,
    write: false,
  });
  const file = path.resolve('out', `system-module.${process.pid}.mjs`);
  await writeChanged({ path: file, contents: outputFiles[0].contents });
  const { compileSystem, guestDeclarations, readSystem } = await import(pathToFileURL(file).href);
  await rm(file);
  const textOf = (name, encoding) => {
    try {
      return readFileSync(name, encoding);
    } catch {
      return undefined;
    }
  };
  const files = { readText: (name) => textOf(name, 'utf8'), readBytes: (name) => textOf(name) };
  const reading = readSystem('runtime/system/platforms/nexus/system.camkes', files, {
    needsAssembly: true,
  });
  return guestDeclarations(compileSystem(reading)?.programs ?? []);
}

/**
 * A name of everything that compiled components hang on: our own sources, and the compiler libraries by version.
 * Bundles that know it keep what they compiled for the next build; those of `--watch` change and do not.
 */
async function identity() {
  const hash = createHash('sha256');
  const libraries = ['assemblyscript', 'binaryen'].map(
    (name) => `node_modules/${name}/package.json`,
  );
  for (const file of [...(await sourcesIn('runtime')).sort(), ...libraries])
    hash.update(`${file}\n`).update(await readFile(file));
  return { CANTRIP_IDENTITY: JSON.stringify(hash.digest('hex')) };
}

async function buildOne(name, outdir) {
  if (name === 'guest-compiler') return void (await buildGuestCompiler(outdir));
  const entryPoints = { [name]: bundle.entryPoints[name] };
  const define = await identity();
  if (name === 'cantrip') await buildCommand(outdir, define);
  else await build({ ...bundle, entryPoints, outdir, sourcemap: false, define });
  if (name !== 'debug-adapter' && name !== 'extension') await build({ ...elk, outdir });
}

async function sourcesIn(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return (
    entries
      .filter((entry) => entry.isFile())
      // Sources of samples are guest programs.
      .filter((entry) => !entry.parentPath.startsWith(path.join('extension', 'samples')))
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) =>
        /\.[Sh]$/.test(file)
          ? file.startsWith(path.join('runtime', 'system'))
          : file.endsWith('.ts') && !file.endsWith('.d.ts'),
      )
  );
}

let writes = 0;

async function writeChanged(file) {
  const old = await readFile(file.path).catch(() => undefined);
  if (old !== undefined && Buffer.compare(old, file.contents) === 0) return;
  await mkdir(path.dirname(file.path), { recursive: true });
  // Two at a time may write the same file.
  writes += 1;
  const temporary = `${file.path}.${process.pid}.${writes}`;
  await writeFile(temporary, file.contents);
  await rename(temporary, file.path);
}

if (import.meta.url === `file://${process.argv[1]}` || process.argv[1]?.endsWith('esbuild.mjs')) {
  const [what] = process.argv.slice(2);
  if (what === 'modules') await modules();
  // One bundle into another folder: `one debug-adapter FOLDER`, for tests that run a bundle.
  else if (what === 'one') await buildOne(...process.argv.slice(3));
  else if (process.argv.includes('--watch')) {
    await Promise.all([buildGuestCompiler('dist'), buildCommand('dist', {}), build(elk)]);
    await (await context({ ...bundle, entryPoints: editorEntries })).watch();
  } else {
    const define = await identity();
    await Promise.all([
      build({ ...bundle, entryPoints: editorEntries, define }),
      buildCommand('dist', define),
      buildGuestCompiler('dist'),
      build(elk),
    ]);
    await writeSampleTypes();
    await writeSystemSample();
    const sizes = await Promise.all(
      outputs.map(async (name) => {
        const { size } = await stat(`dist/${name}`);
        return `${name.replace(/\.\w+$/, '')} ${Math.round(size / 1024)} KiB`;
      }),
    );
    console.error(`Bundled into dist/: ${sizes.join(', ')}.`);
  }
}
