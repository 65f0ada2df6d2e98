/**
 * A WebAssembly module of one function over an imported memory, from its parts to its bytes. All
 * imports are of the one module name `host`, and all numbers are i32. WebAssembly core specification 5.5.
 */
import { encode, unsignedLeb, type Code } from './code.js';

export interface ImportedFunction {
  readonly name: string;
  readonly parameters: number;
  readonly hasResult: boolean;
}

export interface WasmModule {
  /** Called by their index in this list. */
  readonly functions: readonly ImportedFunction[];
  /** Names of immutable globals, read by their index in this list. */
  readonly globals: readonly string[];
  /** The one function, exported as `run`: no parameters, no result. */
  readonly body: Code;
  readonly locals: number;
  /** Size of the imported memory `memory`, which never grows, in WebAssembly pages at least. */
  readonly memoryPages: number;
}

const i32 = 0x7f;
/** The most pages a memory can have: the module takes a memory of any size. */
const mostPages = 65536;

export function encodeModule({
  functions,
  globals,
  body,
  locals,
  memoryPages,
}: WasmModule): Uint8Array<ArrayBuffer> {
  const types = [
    [0x60, 0, 0],
    ...functions.map(({ parameters, hasResult }) => [
      0x60,
      ...vector(Array<number[]>(parameters).fill([i32])),
      ...vector(hasResult ? [[i32]] : []),
    ]),
  ];
  const imports = [
    [
      ...name('host'),
      ...name('memory'),
      0x02,
      0x01,
      ...unsignedLeb(memoryPages),
      ...unsignedLeb(mostPages),
    ],
    ...functions.map((imported, index) => [
      ...name('host'),
      ...name(imported.name),
      0x00,
      ...unsignedLeb(index + 1),
    ]),
    ...globals.map((global) => [...name('host'), ...name(global), 0x03, i32, 0x00]),
  ];
  const code = [...vector([[...unsignedLeb(locals), i32]]), ...encode(body)];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector(types)),
    ...section(2, vector(imports)),
    ...section(3, vector([[0]])),
    ...section(7, vector([[...name('run'), 0x00, ...unsignedLeb(functions.length)]])),
    ...section(10, vector([[...unsignedLeb(code.length), ...code]])),
  ]);
}

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
