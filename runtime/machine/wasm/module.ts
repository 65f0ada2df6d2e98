/**
 * A WebAssembly module of functions over an imported memory, from its parts to its bytes. All
 * imports are of the one module name `host`, and all parameters and locals are i32. WebAssembly core
 * specification 5.5.
 */
import { encode, unsignedLeb, type Code } from './code.js';

export interface ImportedFunction {
  readonly name: string;
  readonly parameters: number;
  readonly hasResult: boolean;
}

/** Exported by its name; it has no result. Its locals follow its parameters in number. */
export interface OwnFunction {
  readonly name: string;
  readonly parameters: number;
  readonly locals: number;
  readonly body: Code;
}

export interface WasmModule {
  /** Called by their index in this list. */
  readonly imports: readonly ImportedFunction[];
  /** Names of immutable globals, read by their index in this list. */
  readonly globals: readonly string[];
  readonly functions: readonly OwnFunction[];
  /** Size of the imported memory `memory`, which never grows, in WebAssembly pages at least. */
  readonly memoryPages: number;
}

const i32 = 0x7f;
/** The most pages a memory can have: the module takes a memory of any size. */
const mostPages = 65536;

export function encodeModule({
  imports,
  globals,
  functions,
  memoryPages,
}: WasmModule): Uint8Array<ArrayBuffer> {
  // Each function has a type of its own, in the order of the functions.
  const types = [
    ...imports.map(({ parameters, hasResult }) => typeOf(parameters, hasResult ? 1 : 0)),
    ...functions.map(({ parameters }) => typeOf(parameters, 0)),
  ];
  const imported = [
    [
      ...name('host'),
      ...name('memory'),
      0x02,
      0x01,
      ...unsignedLeb(memoryPages),
      ...unsignedLeb(mostPages),
    ],
    ...imports.map((known, index) => [
      ...name('host'),
      ...name(known.name),
      0x00,
      ...unsignedLeb(index),
    ]),
    ...globals.map((global) => [...name('host'), ...name(global), 0x03, i32, 0x00]),
  ];
  const indexOf = (place: number): number[] => unsignedLeb(imports.length + place);
  const bodies = functions.map(({ locals, body }) => {
    const code = [...vector([[...unsignedLeb(locals), i32]]), ...encode(body)];
    return [...unsignedLeb(code.length), ...code];
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector(types)),
    ...section(2, vector(imported)),
    ...section(3, vector(functions.map((_own, place) => indexOf(place)))),
    ...section(
      7,
      vector(functions.map((own, place) => [...name(own.name), 0x00, ...indexOf(place)])),
    ),
    ...section(10, vector(bodies)),
  ]);
}

const typeOf = (parameters: number, results: number): number[] => [
  0x60,
  ...vector(Array<number[]>(parameters).fill([i32])),
  ...vector(Array<number[]>(results).fill([i32])),
];

const section = (id: number, content: readonly number[]): number[] => [
  id,
  ...unsignedLeb(content.length),
  ...content,
];

const vector = (items: readonly (readonly number[])[]): number[] => [
  ...unsignedLeb(items.length),
  ...items.flat(),
];

/** ASCII only. */
const name = (text: string): number[] => [
  text.length,
  ...Array.from(text, (character) => character.charCodeAt(0)),
];
