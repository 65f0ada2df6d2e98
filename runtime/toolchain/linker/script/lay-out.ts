/**
 * Places sections as a linker script says. An expression may name what stands further down, so the script is
 * walked until two walks agree; what is still unknown then is told. Sections that no pattern takes go behind
 * those of the same rights, as with GNU ld. ld manual, chapter "Linker Scripts".
 */
import { virtAddr } from '../../../base/address.js';
import type { ObjectFile } from '../../object-file.js';
import type { Diagnostic } from '../../text/diagnostic.js';
import { diagnosticAt } from '../../text/source-line.js';
import type { AssignedSymbol, Layout, OutputSection, PlacedSection } from '../layout.js';
import { resolveGlobals, type Globals } from '../resolve.js';
import { definedValue, sectionAddresses } from '../symbol-values.js';
import { alignTo, evaluate, type SectionFacts, type Surroundings } from './evaluate.js';
import { withOrphans } from './orphans.js';
import { sortInput, type InputSection, type SortedInput } from './sort-input.js';
import type {
  Assertion,
  Assignment,
  Expression,
  LinkerScript,
  OutputStatement,
  ScriptStatement,
} from './tree.js';

export interface ScriptLayout extends Layout {
  readonly diagnostics: readonly Diagnostic[];
}

/** A script that needs more has values that chase one another. */
const mostWalks = 10;

export function layOutByScript(script: LinkerScript, objects: readonly ObjectFile[]): ScriptLayout {
  const input = sortInput(script, objects);
  const { statements, byPattern } = withOrphans(script.statements, input, objects);
  const globals = resolveGlobals(objects).definitions;
  const referenced = referencedNames(objects);
  let last: Walk | undefined;
  for (let count = 0; count < mostWalks; count += 1) {
    const walk = new Walk(script, byPattern, globals, referenced, last);
    walk.run(statements);
    const isSettled = last !== undefined && walk.equals(last);
    last = walk;
    if (isSettled) break;
  }
  if (last === undefined) return { outputs: [], end: 0, diagnostics: [] };
  return last.layout();
}

function referencedNames(objects: readonly ObjectFile[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { symbols } of objects)
    for (const { name, definition } of symbols)
      if (definition.kind === 'undefined') names.add(name);
  return names;
}

interface Placed {
  readonly statement: OutputStatement;
  readonly output: OutputSection;
}

interface RegionState {
  readonly origin: number;
  readonly length: number;
  next: number;
  isFull: boolean;
}

/** One pass over the script. */
class Walk {
  private readonly placed: Placed[] = [];
  private readonly symbols = new Map<string, AssignedSymbol>();
  private readonly regions = new Map<string, RegionState>();
  private readonly diagnostics: Diagnostic[] = [];
  private readonly script: LinkerScript;
  private readonly byPattern: SortedInput['byPattern'];
  private readonly globals: Globals['definitions'];
  private readonly referenced: ReadonlySet<string>;
  private readonly before: Walk | undefined;
  private dot = 0;
  /** Of the last section in each region: how far its load address is from its address. */
  private readonly loadDistances = new Map<string | undefined, number>();

  constructor(
    script: LinkerScript,
    byPattern: SortedInput['byPattern'],
    globals: Globals['definitions'],
    referenced: ReadonlySet<string>,
    before: Walk | undefined,
  ) {
    this.script = script;
    this.byPattern = byPattern;
    this.globals = globals;
    this.referenced = referenced;
    this.before = before;
  }

  run(statements: readonly ScriptStatement[]): void {
    for (const { name, origin, length, place } of this.script.regions) {
      if (this.regions.has(name))
        this.report(place, 'script-region', `MEMORY has a region \`${name}\` already.`);
      const start = this.value(origin) ?? 0;
      this.regions.set(name, {
        origin: start,
        length: this.value(length) ?? 0,
        next: start,
        isFull: false,
      });
    }
    const asserted: Assertion[] = [];
    for (const statement of statements) {
      if (statement.kind === 'assignment') this.assign(statement, undefined);
      else if (statement.kind === 'assertion') asserted.push(statement);
      else {
        for (const content of statement.contents)
          if (content.kind === 'assertion') asserted.push(content);
        this.place(statement);
      }
    }
    for (const assertion of asserted) this.check(assertion);
    this.checkOverlaps();
  }

  equals(other: Walk): boolean {
    return (
      this.placed.length === other.placed.length &&
      this.placed.every(({ output }, index) => {
        const same = other.placed[index]?.output;
        return output.address === same?.address && output.sizeBytes === same.sizeBytes;
      }) &&
      [...this.symbols].every(([name, { value }]) => other.symbols.get(name)?.value === value)
    );
  }

  layout(): ScriptLayout {
    const outputs = this.placed
      .map(({ output }) => output)
      .filter(({ sizeBytes, parts }) => sizeBytes > 0 || parts.length > 0)
      .sort((a, b) => a.address - b.address);
    const end = Math.max(0, ...outputs.map(({ address, sizeBytes }) => address + sizeBytes));
    return { outputs, end, assigned: this.symbols, diagnostics: this.diagnostics };
  }

  private report(place: Expression['place'], code: string, message: string): void {
    this.diagnostics.push(diagnosticAt(place, 'error', code, message));
  }

  private value(expression: Expression): number | undefined {
    return evaluate(expression, this.surroundings());
  }

  private surroundings(): Surroundings {
    return {
      dot: this.dot,
      symbol: (name) => this.symbol(name),
      isDefined: (name) => this.globals.has(name) || this.symbols.has(name),
      section: (name) => this.facts(name) ?? this.before?.facts(name),
      region: (name) => this.regions.get(this.regionName(name)),
      report: (place, code, message) => {
        this.report(place, code, message);
      },
    };
  }

  private regionName(name: string): string {
    return this.script.aliases.get(name) ?? name;
  }

  private symbol(name: string): number | undefined {
    const assigned = this.symbols.get(name) ?? this.before?.symbols.get(name);
    if (assigned !== undefined) return assigned.value;
    const definition = this.globals.get(name);
    if (definition === undefined) return undefined;
    const layout = this.before?.layout() ?? { outputs: [], end: 0 };
    return definedValue(definition.object, definition.symbol, sectionAddresses(layout));
  }

  private facts(name: string): SectionFacts | undefined {
    const output = this.placed.find((each) => each.statement.name === name)?.output;
    return (
      output && {
        address: output.address,
        sizeBytes: output.sizeBytes,
        loadAddress: output.loadAddress ?? output.address,
        alignment: 2 ** output.alignmentBits,
      }
    );
  }

  /** `sectionStart` where the assignment stands in an output section: a plain number counts from there. */
  private assign(
    { name, operator, value, isProvided, place }: Assignment,
    sectionStart: number | undefined,
  ): void {
    const right = this.value(value);
    if (right === undefined) return;
    const old = name === '.' ? this.dot : (this.symbol(name) ?? 0);
    const result =
      operator === ''
        ? right
        : (evaluate(
            {
              kind: 'binary',
              operator,
              left: { kind: 'number', value: old, place },
              right: { kind: 'number', value: right, place },
              place,
            },
            this.surroundings(),
          ) ?? right);
    if (name !== '.') {
      if (isProvided && (this.globals.has(name) || !this.referenced.has(name))) return;
      this.symbols.set(name, { value: result >>> 0, isProvided });
      return;
    }
    const isRelative = sectionStart !== undefined && operator === '' && isPlainNumber(value);
    const next = isRelative ? sectionStart + result : result;
    if (sectionStart !== undefined && next < this.dot)
      this.report(
        place,
        'script-backwards',
        `This moves back from 0x${this.dot.toString(16)} to 0x${next.toString(16)}; in a section the place only grows.`,
      );
    else this.dot = next;
  }

  private place(statement: OutputStatement): void {
    if (statement.name === discarded) return;
    const members = this.membersOf(statement);
    const hasContent =
      members.length > 0 || statement.contents.some(({ kind }) => kind !== 'input');
    if (!hasContent) return;
    const region = this.regionOf(statement, members);
    if (region !== undefined && statement.address === undefined) this.dot = region.state.next;
    const sub = statement.subalignment && this.value(statement.subalignment);
    const widest = Math.max(
      1,
      ...members.map(({ section }) => sub ?? 2 ** section.alignmentBits),
      statement.alignment === undefined ? 1 : (this.value(statement.alignment) ?? 1),
    );
    const stated = statement.address && this.value(statement.address);
    const start = stated ?? alignTo(this.dot, widest);
    this.dot = start;
    const content = this.placeContents(statement, start, sub);
    const sizeBytes = this.dot - start;
    const isZeroFilled =
      statement.isNotLoaded ||
      (content.data.length === 0 &&
        members.every(({ section }) => section.kind === 'nobits' || section.sizeBytes === 0));
    const loadAddress = this.loadAddressOf(statement, start, sizeBytes, region?.name);
    this.placed.push({
      statement,
      output: {
        name: statement.name,
        address: virtAddr(start >>> 0),
        sizeBytes,
        alignmentBits: Math.ceil(Math.log2(widest)),
        writable: members.some(({ section }) => section.writable),
        executable: members.some(({ section }) => section.executable),
        isZeroFilled,
        parts: content.parts,
        data: content.data,
        ...(loadAddress === start ? {} : { loadAddress }),
        fills: content.fills,
      },
    });
    if (region !== undefined) this.fillRegion(region, statement, start + sizeBytes);
  }

  private membersOf({ contents }: OutputStatement): readonly InputSection[] {
    return contents.flatMap((content) =>
      content.kind === 'input' ? (this.byPattern.get(content) ?? []) : [],
    );
  }

  private placeContents(
    statement: OutputStatement,
    start: number,
    subalignment: number | undefined,
  ): {
    readonly parts: PlacedSection[];
    readonly data: { offset: number; bytes: Uint8Array }[];
    readonly fills: { offset: number; value: number }[];
  } {
    const parts: PlacedSection[] = [];
    const data: { offset: number; bytes: Uint8Array }[] = [];
    const fills: { offset: number; value: number }[] = [];
    const addFill = (expression: Expression, offset: number): void => {
      const value = this.value(expression);
      if (value !== undefined) fills.push({ offset, value });
    };
    if (statement.fill !== undefined) addFill(statement.fill, 0);
    for (const content of statement.contents) {
      switch (content.kind) {
        case 'assignment':
          this.assign(content, start);
          break;
        case 'assertion':
          break;
        case 'fill':
          addFill(content.value, this.dot - start);
          break;
        case 'data': {
          const bytes = littleEndian(this.value(content.value) ?? 0, content.sizeBytes);
          data.push({ offset: this.dot - start, bytes });
          this.dot += content.sizeBytes;
          break;
        }
        case 'input':
          for (const { section, object, index } of this.byPattern.get(content) ?? []) {
            this.dot = alignTo(this.dot, subalignment ?? 2 ** section.alignmentBits);
            parts.push({ section, object, index, address: virtAddr(this.dot >>> 0) });
            this.dot += section.sizeBytes;
          }
      }
    }
    return { parts, data, fills };
  }

  /** The region that is named, or else the first whose attributes take the section. */
  private regionOf(
    { region }: OutputStatement,
    members: readonly InputSection[],
  ): { readonly name: string; readonly state: RegionState } | undefined {
    if (region !== undefined) {
      const name = this.regionName(region.name);
      const state = this.regions.get(name);
      if (state !== undefined) return { name, state };
      this.report(region.place, 'script-region', `MEMORY has no region \`${region.name}\`.`);
      return undefined;
    }
    const found = this.script.regions.find(
      ({ attributes }) =>
        attributes !== '' && members.some(({ section }) => takesSection(attributes, section)),
    );
    const state = found && this.regions.get(found.name);
    return state && { name: found.name, state };
  }

  private loadAddressOf(
    statement: OutputStatement,
    start: number,
    sizeBytes: number,
    region: string | undefined,
  ): number {
    if (statement.loadAddress !== undefined) {
      const stated = this.value(statement.loadAddress) ?? start;
      this.loadDistances.set(region, stated - start);
      return stated;
    }
    if (statement.loadRegion !== undefined) {
      const { name, place } = statement.loadRegion;
      const state = this.regions.get(this.regionName(name));
      if (state === undefined) {
        this.report(place, 'script-region', `MEMORY has no region \`${name}\`.`);
        return start;
      }
      if (this.regionName(name) === region) return start;
      const address = state.next;
      this.fillRegion({ name, state }, statement, address + sizeBytes);
      this.loadDistances.set(region, address - start);
      return address;
    }
    // Without a word on it, a section is as far from its address as the last one in its region.
    if (statement.address !== undefined) this.loadDistances.set(region, 0);
    return start + (this.loadDistances.get(region) ?? 0);
  }

  private fillRegion(
    { name, state }: { readonly name: string; readonly state: RegionState },
    { name: section, place }: OutputStatement,
    end: number,
  ): void {
    state.next = end;
    const over = end - (state.origin + state.length);
    if (over <= 0 || state.isFull) return;
    state.isFull = true;
    this.report(
      place,
      'region-full',
      `\`${section}\` does not fit into ${name}: it ends ${over.toString()} bytes behind its ${state.length.toString()} bytes. Make the region longer or the program shorter.`,
    );
  }

  private check({ condition, message, place }: Assertion): void {
    if (this.value(condition) === 0)
      this.report(place, 'script-assertion', `The script demands what does not hold: ${message}`);
  }

  private checkOverlaps(): void {
    const used = this.placed
      .filter(({ output }) => output.sizeBytes > 0)
      .sort((a, b) => a.output.address - b.output.address);
    used.forEach(({ statement, output }, index) => {
      const before = used[index - 1];
      if (before === undefined) return;
      const end = before.output.address + before.output.sizeBytes;
      if (end > output.address)
        this.report(
          statement.place,
          'section-overlap',
          `\`${statement.name}\` begins at 0x${output.address.toString(16)}, in \`${before.statement.name}\`, which ends at 0x${end.toString(16)}.`,
        );
    });
  }
}

const discarded = '/DISCARD/';

/** No address and no place in it: `. = 0x100` in a section. */
function isPlainNumber(expression: Expression): boolean {
  switch (expression.kind) {
    case 'number':
      return true;
    case 'unary':
      return isPlainNumber(expression.operand);
    case 'binary':
      return isPlainNumber(expression.left) && isPlainNumber(expression.right);
    default:
      return false;
  }
}

function littleEndian(value: number, sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(Math.trunc(value)), true);
  return bytes.subarray(0, sizeBytes);
}

const letters = (text: string): string[] => text.match(/\w/g) ?? [];

/** `w` takes what is writable; letters behind `!` refuse. */
function takesSection(attributes: string, section: InputSection['section']): boolean {
  const [wanted = '', refused = ''] = attributes.toLowerCase().split('!');
  const has = (letter: string): boolean => {
    if (letter === 'w') return section.writable;
    if (letter === 'x') return section.executable;
    if (letter === 'r') return !section.writable;
    return letter === 'a';
  };
  return letters(wanted).some(has) && !letters(refused).some(has);
}
