/**
 * A folder's `cantrip.json`: which program it holds and what it runs on. Every wrong setting is a
 * diagnostic at its own characters, and the others still count.
 *   { "program": "hello.S", "board": "nexus", "kernel": "builtin", "memory": "4M", "textBase": "0x10000" }
 *   { "program": "system.camkes", "dialect": "sparrow", "importPaths": ["components"], "defines": { "N": 2 } }
 *   { "program": "system.camkes", "components": { "Logger": ["logger.o", "libc.a"] } }
 *   { "program": "system.camkes", "builtins": ["../apps/hello", "autostart.repl"] }
 *   { "program": "hello.ts", "app": { "manifest": "hello.manifest" } }
 */
import { connectorRow, connectorTable, renamedConnector } from '../camkes/connectors.js';
import { nearestName } from '../text/suggest.js';
import { noRange } from '../text/diagnostic.js';
import type { Diagnostic, Range } from '../text/diagnostic.js';
import {
  architectureNamed,
  architectureNames,
  boardArchitecture,
  namesLike,
  type ArchitectureName,
} from './architecture-name.js';
import { readApplicationSetting, type ApplicationSetting } from './application-setting.js';
import type { JsonMember, JsonValue } from './json-text.js';
import { readJson } from './json-text.js';
import { parseSize } from './size.js';

export interface CantripSettings {
  /** As written, relative to the file's folder, with where it stands. */
  readonly program?: { readonly path: string; readonly range: Range };
  readonly board?: BoardName;
  readonly boardRange?: Range;
  readonly kernel?: KernelChoice;
  readonly memoryBytes?: number;
  readonly textBase?: number;
  /** Of a CAmkES assembly, with where it stands. */
  readonly architecture?: { readonly name: ArchitectureName; readonly range: Range };
  readonly dialect?: CamkesDialect;
  /** Where `import <…>` looks; as written, relative to the file's folder. */
  readonly importPaths?: readonly string[];
  /** Where `#include` looks. */
  readonly includePaths?: readonly string[];
  /** The board's device tree, `.dts` or `.dtb`; as written, with where it stands. */
  readonly deviceTree?: { readonly path: string; readonly range: Range };
  /** Macros of the preprocessor. */
  readonly defines?: Readonly<Record<string, string>>;
  /** Whether each component of an assembly has a thread that reports faults of the others. */
  readonly faultHandlers?: boolean;
  /** Which components in guest TypeScript may take no memory after their start, where their settings say nothing. */
  readonly allocationAfterInit?: AllocationRule;
  /** How guest TypeScript is compiled. */
  readonly optimization?: Optimization;
  /** Sources of component types that are not found by their names. */
  readonly components?: ReadonlyMap<string, ComponentSetting>;

  /** What connectors that the project declares itself are compiled as, by name. */
  readonly connectors?: ReadonlyMap<string, string>;
  /** What the system brings along: folders of applications, and files. */
  readonly builtins?: readonly { readonly path: string; readonly range: Range }[];
  /** The program is an application. */
  readonly app?: ApplicationSetting;
}

export interface ComponentSetting {
  /** As written, relative to the file's folder. */
  readonly paths: readonly { readonly path: string; readonly range: Range }[];
}

/** `drivers`: forbidden to components that have hardware. */
export type AllocationRule = 'drivers' | 'forbidden' | 'allowed';
export type Optimization = 'debug' | 'release';
export type CamkesDialect = 'upstream' | 'sparrow';
export type BoardName = 'nexus' | 'virt';
export type KernelChoice = 'builtin' | 'none';

export const boardNames: readonly BoardName[] = ['nexus', 'virt'];
export const kernelChoices: readonly KernelChoice[] = ['builtin', 'none'];
export const allocationRules: readonly AllocationRule[] = ['drivers', 'forbidden', 'allowed'];
export const optimizations: readonly Optimization[] = ['debug', 'release'];
export const camkesDialects: readonly CamkesDialect[] = ['upstream', 'sparrow'];

export function readCantripJson(
  path: string,
  text: string,
): { readonly settings: CantripSettings; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const report: Report = (range, code, message) => {
    diagnostics.push({ file: path, range, severity: 'error', code, message });
    return {};
  };
  const json = readJson(text);
  if (!json.ok) {
    report(json.error.range, 'json-syntax', `Expected ${json.error.message} here.`);
    return { settings: {}, diagnostics };
  }
  if (json.value.kind !== 'object') {
    report(
      json.value.range,
      'bad-setting',
      'The settings must be an object: { "program": "hello.S" }.',
    );
    return { settings: {}, diagnostics };
  }
  let settings: CantripSettings = {};
  for (const member of json.value.members) {
    const read = Object.hasOwn(readers, member.name) ? readers[member.name] : undefined;
    if (read === undefined)
      report(
        member.nameRange,
        'unknown-setting',
        `There is no setting "${member.name}"; there are ${listOf(Object.keys(readers))}.`,
      );
    else settings = { ...settings, ...read(member, report) };
  }
  const { architecture, board } = settings;
  if (architecture !== undefined && board !== undefined && architecture.name !== boardArchitecture)
    report(
      architecture.range,
      'board-architecture',
      `The board "${board}" is ${boardArchitecture}, and the architecture is ${architecture.name}. Take out "board", since no emulated board has that architecture, or set the architecture to "${boardArchitecture}".`,
    );
  if (!json.value.members.some((member) => member.name === 'program'))
    report(
      noRange,
      'missing-setting',
      'The setting "program" is missing; it names the source or ELF file to run.',
    );
  return { settings, diagnostics };
}

/** Gives back the settings that a wrong value makes: none. */
type Report = (range: Range, code: string, message: string) => CantripSettings;
type Read = (member: JsonMember, report: Report) => CantripSettings;

/** Every setting there is; the JSON schema of the editor lists the same. */
export const settingNames = (): readonly string[] => Object.keys(readers);

const readers: Readonly<Record<string, Read>> = {
  program: ({ value }, report) =>
    value.kind === 'string' && value.value !== ''
      ? { program: { path: value.value, range: value.range } }
      : report(value.range, 'bad-setting', 'The program must be a path in double quotes.'),
  board: ({ value }, report) => {
    const board = boardNames.find((name) => name === textOf(value));
    return board === undefined
      ? report(value.range, 'bad-setting', `The board must be ${oneOf(boardNames)}.`)
      : { board, boardRange: value.range };
  },
  kernel: ({ value }, report) => {
    const kernel = kernelChoices.find((name) => name === textOf(value));
    return kernel === undefined
      ? report(value.range, 'bad-setting', `The kernel must be ${oneOf(kernelChoices)}.`)
      : { kernel };
  },
  memory: ({ value }, report) => {
    const memoryBytes = parseSize(`${numberOrText(value)}`);
    return memoryBytes === undefined
      ? report(
          value.range,
          'bad-setting',
          'The memory must be a size such as "4M" or "512K", a multiple of 4 KiB.',
        )
      : { memoryBytes };
  },
  textBase: ({ value }, report) => {
    const textBase = Number(numberOrText(value));
    const isAddress = Number.isInteger(textBase) && textBase >= 0 && textBase < 2 ** 32;
    return !isAddress || textBase % 4096 !== 0 || numberOrText(value) === ''
      ? report(
          value.range,
          'bad-setting',
          'The text base must be a 32-bit address such as "0x10000", a multiple of 4 KiB.',
        )
      : { textBase };
  },
  architecture: ({ value }, report) => {
    const name = architectureNamed(textOf(value));
    if (name !== undefined) return { architecture: { name, range: value.range } };
    const meant = namesLike(textOf(value) ?? '');
    return report(
      value.range,
      'bad-setting',
      meant.length > 0
        ? `"${textOf(value) ?? ''}" is called ${oneOf(meant)} here.`
        : `The architecture must be ${oneOf(architectureNames)}.`,
    );
  },
  dialect: ({ value }, report) => {
    const dialect = camkesDialects.find((name) => name === textOf(value));
    return dialect === undefined
      ? report(value.range, 'bad-setting', `The dialect must be ${oneOf(camkesDialects)}.`)
      : { dialect };
  },
  faultHandlers: ({ value }, report) =>
    value.kind === 'boolean'
      ? { faultHandlers: value.value }
      : report(value.range, 'bad-setting', 'Whether there are fault handlers is true or false.'),
  allocationAfterInit: ({ value }, report) => {
    const rule = allocationRules.find((name) => name === textOf(value));
    return rule === undefined
      ? report(
          value.range,
          'bad-setting',
          `Where memory may be taken after the start must be ${oneOf(allocationRules)}.`,
        )
      : { allocationAfterInit: rule };
  },
  optimization: ({ value }, report) => {
    const optimization = optimizations.find((name) => name === textOf(value));
    return optimization === undefined
      ? report(value.range, 'bad-setting', `The optimization must be ${oneOf(optimizations)}.`)
      : { optimization };
  },
  importPaths: ({ value }, report) => {
    const importPaths = pathsOf(value, report);
    return importPaths === undefined ? {} : { importPaths };
  },
  includePaths: ({ value }, report) => {
    const includePaths = pathsOf(value, report);
    return includePaths === undefined ? {} : { includePaths };
  },
  deviceTree: ({ value }, report) =>
    value.kind === 'string' && /\.(dtsi?|dtb)$/.test(value.value)
      ? { deviceTree: { path: value.value, range: value.range } }
      : report(
          value.range,
          'bad-setting',
          'The device tree must be a path in double quotes that ends with ".dts" or ".dtb".',
        ),
  defines: ({ value }, report) => {
    if (value.kind !== 'object')
      return report(value.range, 'bad-setting', 'The defines must be an object: { "NAME": "1" }.');
    const defines: [string, string][] = [];
    for (const { name, nameRange, value: given } of value.members) {
      const text = given.kind === 'boolean' ? `${Number(given.value)}` : `${numberOrText(given)}`;
      const isText = ['string', 'number', 'boolean'].includes(given.kind);
      if (!/^[A-Za-z_]\w*$/.test(name))
        report(
          nameRange,
          'bad-setting',
          `"${name}" is no name for a macro: letters, digits and _.`,
        );
      else if (!isText || /[\r\n]/.test(text))
        report(
          given.range,
          'bad-setting',
          'The value of a macro must be a number or one line of text.',
        );
      else defines.push([name, text]);
    }
    return { defines: Object.fromEntries(defines) };
  },
  components: ({ value }, report) => {
    if (value.kind !== 'object')
      return report(
        value.range,
        'bad-setting',
        'The components must be an object: { "Logger": "logger.S", "Driver": ["driver.o", "libc.a"] }.',
      );
    const components = new Map<string, ComponentSetting>();
    for (const { name, value: given } of value.members) {
      const items = given.kind === 'array' ? given.items : [given];
      const paths = items.flatMap((item) =>
        item.kind === 'string' && item.value !== ''
          ? [{ path: item.value, range: item.range }]
          : [],
      );
      if (paths.length === items.length) components.set(name, { paths });
      else
        report(
          given.range,
          'bad-setting',
          `The sources of ${name} must be a path in double quotes, or a list of them.`,
        );
    }
    return { components };
  },
  connectors: ({ value }, report) => {
    if (value.kind !== 'object')
      return report(
        value.range,
        'bad-setting',
        'The connectors must be an object: { "MyCall": "seL4RPCCall" }.',
      );
    const connectors = new Map<string, string>();
    for (const { name, value: given } of value.members) {
      const known = textOf(given) ?? '';
      if (connectorRow(known) !== undefined) connectors.set(name, known);
      else {
        const near = renamedConnector(known) ?? nearestName(known, connectorNames());
        report(
          given.range,
          'bad-setting',
          `${name} must be compiled as a connector that is known here, such as ${near === undefined ? oneOf(usualConnectors) : `"${near}"`}.`,
        );
      }
    }
    return { connectors };
  },
  builtins: ({ value }, report) => {
    const items = value.kind === 'array' ? value.items : [];
    const builtins = items.flatMap((item) =>
      item.kind === 'string' && item.value !== '' ? [{ path: item.value, range: item.range }] : [],
    );
    return value.kind === 'array' && builtins.length === items.length
      ? { builtins }
      : report(value.range, 'bad-setting', 'The builtins must be a list: ["apps/hello"].');
  },
  app: ({ value }, report) => {
    const app = readApplicationSetting(value, report);
    return app === undefined ? {} : { app };
  },
};

const usualConnectors = ['seL4RPCCall', 'seL4Notification', 'seL4SharedData'];
const connectorNames = (): string[] => connectorTable.map(({ name }) => name);

/** Undefined when it is no list of paths, which has been reported. */
function pathsOf(value: JsonValue, report: Report): readonly string[] | undefined {
  const items = value.kind === 'array' ? value.items : [];
  const paths = items.flatMap((item) =>
    item.kind === 'string' && item.value !== '' ? [item.value] : [],
  );
  if (value.kind === 'array' && paths.length === items.length) return paths;
  report(value.range, 'bad-setting', 'The paths must be a list: ["components", "interfaces"].');
  return undefined;
}

const textOf = (value: JsonValue): string | undefined =>
  value.kind === 'string' ? value.value : undefined;

const numberOrText = (value: JsonValue): string | number =>
  value.kind === 'string' || value.kind === 'number' ? value.value : '';

const listOf = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');
const oneOf = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(' or ');
