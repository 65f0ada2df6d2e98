// Reads every CAmkES and capDL file below a folder as the editor does, and looks for false errors:
//   npm run test:corpus -- <folder> [--fuzz N] [--seed N] [--only raw|read|system|capdl|format|fuzz]
// Tables in the folder, if there are any, say what is known (columns divided by tabs, `#` begins a comment):
//   rejected.tsv   file, stage   the reference tools reject the file, or it has mistakes that they miss, at `raw` (parse without preprocessor), `read`
//                                (preprocess and parse), `system` (all stages of an assembly) or `capdl`
//   options.tsv    file, kind, value   an `import` path, an `include` path or a `define` of the file; file `*`: of all
// Without rejected.tsv nothing is known to be wrong, and files are not parsed raw. Exits 1 on a false error.
import { existsSync, readFileSync, readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { modules } from '../../esbuild.mjs';
import { mutate, randomOf } from './mutate.mjs';

const { folder, fuzz, seed, only } = readArguments(process.argv.slice(2));
process.chdir(path.resolve(import.meta.dirname, '../..'));
await modules();
const out = (file) => import(path.resolve('out/runtime/toolchain', file));
const { parseCamkes } = await out('camkes/parse.js');
const { readCamkesFile } = await out('camkes/read-file.js');
const { analyzeCamkes } = await out('camkes/analyze.js');
const { formatCamkes } = await out('camkes/format.js');
const { elementsOf } = await out('camkes/format-elements.js');
const { parseText, syntaxProblems } = await out('capdl/parse.js');
const { readCapdl } = await out('capdl/read.js');
const { plainSourceText } = await out('text/source-text.js');

const sources = new Map();
const files = {
  readText: (file) => {
    if (!sources.has(file))
      sources.set(file, isFile(file) ? readFileSync(file, 'utf8') : undefined);
    return sources.get(file);
  },
  readBytes: () => undefined,
};
const rejected = rejectedStages();
const optionsOf = optionTable();
const all = filesBelow(folder);
const camkes = all.filter(
  (file) => !file.endsWith('.cdl') && files.readText(full(file)) !== undefined,
);
const capdl = all.filter(
  (file) => file.endsWith('.cdl') && files.readText(full(file)) !== undefined,
);
if (all.length === 0) giveUp(`The folder ${folder} holds no .camkes, .idl4 or .cdl file.`);

let falseErrors = 0;
const passes = {
  raw: () => rejected.known && pass('raw', camkes, readRaw, { both: true }),
  read: () => pass('read', camkes, readOne),
  system: () => pass('system', camkes.filter(hasAssembly), readSystem),
  capdl: () => pass('capdl', capdl, readSpec),
  format: () => pass('format', camkes, formatOne),
  fuzz: () => fuzzAll(),
};
for (const [name, run] of Object.entries(passes)) if (only === undefined || only === name) run();
console.log(`${falseErrors} false errors`);
process.exitCode = falseErrors > 0 ? 1 : 0;

/** Runs one stage over files, each with its errors; `both`: a rejected file must have some. */
function pass(stage, list, read, { both = false } = {}) {
  let lines = 0;
  let missed = 0;
  const start = process.cpuUsage().user;
  for (const file of list) {
    lines += files.readText(full(file)).split('\n').length;
    const errors = read(file);
    const isRejected = rejected.has(file, stage);
    if (errors.length > 0 && !isRejected) complain(file, stage, errors);
    if (errors.length === 0 && isRejected) {
      missed += 1;
      if (both) complain(file, stage, ['The reference tools reject this; nothing was found here.']);
    }
  }
  const milliseconds = (process.cpuUsage().user - start) / 1000;
  console.log(
    `${stage}: ${list.length} files, ${lines} lines, ${milliseconds.toFixed(0)} ms, ` +
      `${((milliseconds / Math.max(lines, 1)) * 1000).toFixed(1)} ms per 1000 lines` +
      (missed > 0 ? `; ${missed} that the reference tools reject are accepted` : ''),
  );
}

function complain(file, stage, errors) {
  falseErrors += 1;
  console.log(`${file} (${stage}): ${errors.length} ${errors.length === 1 ? 'error' : 'errors'}`);
  for (const error of errors.slice(0, 3)) console.log(`  ${error}`);
}

function errorsOf(diagnostics) {
  return diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ file, range, code, message }) => {
      const place = `${path.relative(folder, file)}:${range.start.line + 1}:${range.start.character + 1}`;
      return `${place}: ${code}: ${message}`;
    });
}

/** What CAmkES 2 had is a hint here; the grammar of CAmkES 3 refuses it. */
function readRaw(file) {
  const { diagnostics } = parseCamkes(plainSourceText(full(file), files.readText(full(file))));
  const old = diagnostics.filter(({ code }) => code === 'camkes-2').map(({ message }) => message);
  return [...errorsOf(diagnostics), ...old];
}

function readOne(file) {
  return errorsOf(readCamkesFile(full(file), files, optionsOf(file)).diagnostics);
}

function readSystem(file) {
  return errorsOf(
    analyzeCamkes(full(file), files, { ...optionsOf(file), dialect: undefined }).diagnostics,
  );
}

function readSpec(file) {
  return errorsOf(readCapdl(full(file), files).diagnostics);
}

/** Formatting changes no token, and nothing when it is done again. */
function formatOne(file) {
  const text = files.readText(full(file));
  const formatted = formatCamkes(text);
  const errors = [];
  const before = contentOf(text);
  const after = contentOf(formatted);
  const changed = before.findIndex((one, index) => one !== after[index]);
  if (changed >= 0 || before.length !== after.length) {
    errors.push(`Formatting changes ${before[changed]} to ${after[changed]}.`);
  }
  if (formatCamkes(formatted) !== formatted) errors.push('Formatting again changes something.');
  return errors;
}

/** Tokens as they are, comments and directives apart from blanks. */
function contentOf(text) {
  return elementsOf(text).map((one) =>
    one.kind === 'token' ? one.text : one.text.replace(/\s+/g, ' '),
  );
}

function hasAssembly(file) {
  if (!file.endsWith('.camkes')) return false;
  if (!/\bassembly\b/.test(files.readText(full(file)))) return false;
  return readCamkesFile(full(file), files, optionsOf(file)).tree.items.some(
    ({ kind }) => kind === 'assembly',
  );
}

/** Cuts, deletes and inserts: never a throw, at most one diagnostic for a mistake on the whole, and two for 99 of 100. */
function fuzzAll() {
  const cleanCamkes = camkes.filter(
    (file) => !rejected.has(file, 'raw') && readRaw(file).length === 0,
  );
  fuzzFiles('CAmkES', cleanCamkes, (file, text) => {
    const { diagnostics } = parseCamkes(plainSourceText(full(file), text));
    readCamkesFile(
      'a.camkes',
      { ...files, readText: () => text },
      { defines: {}, includePaths: [] },
    );
    formatCamkes(text);
    return errorsOf(diagnostics).length;
  });
  const syntaxOf = (text) => syntaxProblems(parseText(text), text);
  const cleanCapdl = capdl.filter((file) => syntaxOf(files.readText(full(file))).length === 0);
  fuzzFiles('capDL', cleanCapdl, (file, text) => {
    readCapdl(full(file), { ...files, readText: () => text });
    return syntaxOf(text).length;
  });
}

function fuzzFiles(language, clean, countErrors) {
  if (clean.length === 0) return;
  const random = randomOf(seed);
  const counts = [];
  for (let round = 0; round < fuzz; round += 1) {
    const file = clean[random(clean.length)];
    const { text, what } = mutate(files.readText(full(file)), random);
    try {
      counts.push(countErrors(file, text));
    } catch (error) {
      complain(file, `fuzz, seed ${seed}, round ${round}, ${what}`, [error.stack]);
    }
  }
  counts.sort((one, other) => one - other);
  const mean = counts.reduce((sum, count) => sum + count, 0) / Math.max(counts.length, 1);
  const most = counts.at(-1) ?? 0;
  const ofMost = counts[Math.floor(counts.length * 0.99)] ?? 0;
  const said = `${mean.toFixed(2)} diagnostics each, at most ${ofMost} for 99 of 100, at most ${most} for all`;
  if (mean > 1 || ofMost > 2) complain(`all files of ${language}`, 'fuzz', [said]);
  console.log(`fuzz of ${language}: ${fuzz} mistakes with seed ${seed}, ${said}`);
}

/** Each once, also where folders are linked. */
function filesBelow(top) {
  const names = readdirSync(top, { recursive: true })
    .filter((file) => /\.(?:camkes|idl4|cdl)$/.test(file))
    .sort();
  const seen = new Set();
  return names.filter((file) => {
    const real = realpathSync(path.join(top, file));
    const isNew = !seen.has(real) && real === path.join(realpathSync(top), file);
    seen.add(real);
    return isNew;
  });
}

function full(file) {
  return path.join(folder, file);
}

function isFile(file) {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

function table(name) {
  const file = path.join(folder, name);
  if (!existsSync(file)) return undefined;
  return readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t'));
}

function rejectedStages() {
  const rows = table('rejected.tsv');
  const set = new Set((rows ?? []).map(([file, stage]) => `${stage}\t${file}`));
  return { known: rows !== undefined, has: (file, stage) => set.has(`${stage}\t${file}`) };
}

function optionTable() {
  const byFile = new Map();
  for (const [file, kind, value] of table('options.tsv') ?? []) {
    const list = byFile.get(file) ?? [];
    list.push([kind, value]);
    byFile.set(file, list);
  }
  return (file) => {
    const rows = [...(byFile.get(file) ?? []), ...(byFile.get('*') ?? [])];
    const valuesOf = (wanted) => rows.filter(([kind]) => kind === wanted).map(([, value]) => value);
    const inFolder = (value) => path.resolve(folder, value);
    return {
      importPaths: valuesOf('import').map(inFolder),
      includePaths: valuesOf('include').map(inFolder),
      defines: Object.fromEntries(
        valuesOf('define').map((text) => {
          const [name, ...value] = text.split('=');
          return [name, value.length === 0 ? '1' : value.join('=')];
        }),
      ),
    };
  };
}

function readArguments(given) {
  const options = { fuzz: 2_000, seed: 1, only: undefined };
  let named;
  for (let index = 0; index < given.length; index += 1) {
    const word = given[index];
    if (word === '--fuzz' || word === '--seed') {
      options[word.slice(2)] = Number(given[(index += 1)]);
    } else if (word === '--only') options.only = given[(index += 1)];
    else named = word;
  }
  if (named === undefined || !existsSync(named)) {
    giveUp('Name a folder of CAmkES and capDL files: npm run test:corpus -- <folder>.');
  }
  return { ...options, folder: path.resolve(named) };
}

function giveUp(message) {
  console.error(message);
  process.exit(2);
}
