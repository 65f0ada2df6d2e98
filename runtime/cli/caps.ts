/**
 * `cantrip caps`: every capability of a booted system, as text, JSON or a graph for Graphviz; or, with
 * --compare, what of them is not as a capDL file says.
 */
import { formatAddress } from '../base/address.js';
import { viewCSpaces, viewSlots } from '../inspect/capabilities.js';
import type { SlotView } from '../inspect/capabilities.js';
import { viewDerivationTrees, viewObjects } from '../inspect/objects.js';
import { compareWithSpec, isLoaded } from '../inspect/spec-comparison.js';
import type { Platform } from '../platform.js';
import { hasErrors } from '../toolchain/build.js';
import { readCapdl } from '../toolchain/capdl/read.js';
import type { ParsedArguments } from './arguments.js';
import { bootSource } from './boot.js';
import type { Command, ExitCode } from './command.js';
import { printDiagnostics } from './diagnostics-output.js';
import { diskFiles, displayPath } from './disk.js';
import { printError, printJson, printOut } from './output.js';
import { bootOptions } from './platform-options.js';
import { atOption, parseMoment, runTo, runUntil, type Moment } from './run-until.js';

export const caps: Command = {
  name: 'caps',
  summary: 'Show every capability space of a booted system, slot by slot.',
  operands: '<source>',
  operandCount: { least: 1, most: 1 },
  options: [
    ...bootOptions,
    atOption,
    { name: '--json', help: 'Print one JSON document.' },
    { name: '--dot', help: 'Print a graph of threads, CNodes and objects for Graphviz.' },
    {
      name: '--compare',
      value: 'FILE.cdl',
      help: 'Print only what differs from a capDL file, once the system is loaded; exit 1 if anything does.',
    },
  ],
  run: runCaps,
};

interface CSpaceWithSlots {
  readonly cnode: number;
  readonly label: string;
  readonly sizeBits: number;
  readonly slots: readonly SlotView[];
}

async function runCaps(parsed: ParsedArguments): Promise<ExitCode> {
  const moment = parseMoment(parsed.options.get('--at'));
  const { platform, diagnostics } = await bootSource(parsed);
  printDiagnostics(diagnostics);
  if (platform === undefined) return 1;
  const specFile = parsed.options.get('--compare');
  if (specFile !== undefined) return compare(platform, specFile, moment, parsed);
  runTo(platform, moment);
  const cspaces = readCSpaces(platform);
  if (parsed.options.has('--json'))
    printJson({
      instructions: platform.machine.instructions,
      cspaces,
      objects: viewObjects(platform),
      derivation: viewDerivationTrees(platform),
    });
  else printOut(parsed.options.has('--dot') ? graph(cspaces) : table(cspaces));
  return 0;
}

function compare(
  platform: Platform,
  specFile: string,
  moment: Moment,
  parsed: ParsedArguments,
): ExitCode {
  const { spec, diagnostics } = readCapdl(displayPath(specFile), diskFiles);
  const isReadable = spec !== undefined && !hasErrors(diagnostics);
  printDiagnostics(isReadable ? [] : diagnostics);
  if (!isReadable) return 1;
  // Its threads would run on and change what they hold.
  if (parsed.options.has('--at')) runTo(platform, moment);
  else runUntil(platform, () => isLoaded(platform));
  const differences = compareWithSpec(platform, spec);
  const count = differences.length;
  if (parsed.options.has('--json')) printJson({ exit: count === 0 ? 0 : 1, differences });
  else {
    printOut(differences.map(({ message }) => `${message}\n`).join(''));
    printError(
      count === 0
        ? `The capabilities are those of ${displayPath(specFile)}.`
        : `${count === 1 ? 'One thing differs' : `${count} things differ`} from ${displayPath(specFile)}.`,
    );
  }
  return count === 0 ? 0 : 1;
}

/** The slots of nested CNodes stand under their root's, by their paths. */
function readCSpaces(platform: Platform): CSpaceWithSlots[] {
  return viewCSpaces(platform).map(({ cnode, label, sizeBits }) => {
    const seen = new Set<number>();
    const collect = (address: number, path?: string): SlotView[] => {
      if (seen.has(address)) return [];
      seen.add(address);
      const { slots } = viewSlots(platform, address, path === undefined ? {} : { path });
      return slots.flatMap((slot) => {
        const nested = slot.capability.cnode;
        return [slot, ...(nested === undefined ? [] : collect(nested, slot.path))];
      });
    };
    return { cnode, label, sizeBits, slots: collect(cnode) };
  });
}

function table(cspaces: readonly CSpaceWithSlots[]): string {
  if (cspaces.length === 0)
    return 'There is no capability space: the program runs without a kernel.\n';
  return cspaces
    .map(({ label, cnode, sizeBits, slots }) => {
      const heading = `CSpace of ${label}: CNode ${formatAddress(cnode)} with ${2 ** sizeBits} slots, ${slots.length} filled\n`;
      const width = Math.max(0, ...slots.map(({ path }) => path.length));
      const rows = slots.map(({ path, capability }) => {
        const { parent } = capability;
        const from = parent === undefined ? '' : `  from ${parent.place}`;
        return `  ${path.padEnd(width)}  ${capability.label}${from}\n`;
      });
      return heading + rows.join('');
    })
    .join('\n');
}

/** An edge for each capability, from the CSpace that holds it to the object it names. */
function graph(cspaces: readonly CSpaceWithSlots[]): string {
  const quote = (text: string): string =>
    `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  let nodes = '';
  let edges = '';
  const known = new Set<number>();
  for (const { cnode, label, slots } of cspaces) {
    const holder = quote(`cspace ${formatAddress(cnode)}`);
    nodes += `  ${holder} [shape=box, label=${quote(`CSpace of ${label}`)}];\n`;
    for (const { path, capability } of slots) {
      const { object, type, rights, badge } = capability;
      if (object === undefined) continue;
      const name = quote(`object ${formatAddress(object)}`);
      if (!known.has(object))
        nodes += `  ${name} [label=${quote(`${type} ${formatAddress(object)}`)}];\n`;
      known.add(object);
      const detail = [path, rights, badge === undefined ? undefined : `badge ${badge}`];
      const text = detail.filter((part) => part !== undefined).join(' ');
      edges += `  ${holder} -> ${name} [label=${quote(text)}];\n`;
    }
  }
  return `digraph capabilities {\n  rankdir=LR;\n${nodes}${edges}}\n`;
}
