/**
 * The load table: the steps of a plan as the bytes that the loader reads, in the way that table-source.ts
 * tells it.
 */
import { labelNumber, labelTable, type AbiVersion } from '../../../abi/labels.js';
import { loaderName } from './loading.js';
import { firstPlace } from './places.js';
import type { LoadPlan } from './plan.js';
import { firstOwnStep, ownSteps, phrases, type LoadStep, type OwnStep } from './steps.js';

export interface TableOptions {
  readonly abiVersion: AbiVersion;
  /** Whether the kernel has the debugging system calls: for names of threads, and for sentences. */
  readonly hasDebugCalls: boolean;
}

/** Offsets of words in the header, in steps, and in phrases. */
export const tableHeader = {
  radix: 0,
  steps: 4,
  names: 8,
  phrases: 12,
  flags: 16,
  bytes: 20,
} as const;
export const stepHeader = { info: 0, names: 4, target: 8, bytes: 12 } as const;
export const phraseFields = { before: 0, between: 4, word: 8, after: 12, bytes: 16 } as const;

/** A name must fit the IPC buffer, and the kernel keeps some 150 bytes of it. */
const longestName = 120;

export function encodeTable(plan: LoadPlan, options: TableOptions): Uint8Array {
  const radix = radixOf(plan);
  const names = namesOf(plan);
  const steps = wordsOfSteps(plan.steps, names.indexOf, radix, options.abiVersion);
  const stepsAt = tableHeader.bytes;
  const namesAt = stepsAt + 4 * steps.words.length;
  const phrasesAt = namesAt + 4 * names.list.length;
  const textsAt = phrasesAt + phraseCount * phraseFields.bytes;
  const texts = newTexts(textsAt);
  const nameOffsets = names.list.map((name) => texts.add(name.slice(0, longestName)));
  const phraseWords = wordsOfPhrases(texts, options.abiVersion);
  const textBytes = texts.finish();
  const contentsAt = Math.ceil((textsAt + textBytes.length) / 4) * 4;
  for (const at of steps.contentOffsets) steps.words[at] = (steps.words[at] ?? 0) + contentsAt;

  const bytes = new Uint8Array(contentsAt + plan.contents.length);
  const view = new DataView(bytes.buffer);
  const put = (at: number, words: readonly number[]): void => {
    words.forEach((word, index) => {
      view.setUint32(at + 4 * index, word, true);
    });
  };
  const flags = options.hasDebugCalls ? 1 : 0;
  put(0, [radix, stepsAt, namesAt, phrasesAt, flags]);
  put(stepsAt, steps.words);
  put(namesAt, nameOffsets);
  put(phrasesAt, phraseWords);
  bytes.set(textBytes, textsAt);
  bytes.set(plan.contents, contentsAt);
  return bytes;
}

/** log2 of the slots of the object CNode. */
export const radixOf = ({ placeNames }: LoadPlan): number =>
  Math.max(1, Math.ceil(Math.log2(firstPlace + placeNames.length)));

interface Names {
  readonly list: readonly string[];
  readonly indexOf: (name: string) => number;
}

/** The loader first, then places in their order, so that a place tells its name; then all others. */
function namesOf({ placeNames, steps }: LoadPlan): Names {
  const list = [loaderName, ...placeNames];
  const indices = new Map<string, number>();
  list.forEach((name, index) => {
    if (!indices.has(name)) indices.set(name, index);
  });
  for (const { about, holder } of steps)
    for (const name of [about, holder])
      if (name !== undefined && !indices.has(name)) {
        indices.set(name, list.length);
        list.push(name);
      }
  return { list, indexOf: (name) => indices.get(name) ?? 0 };
}

function wordsOfSteps(
  steps: readonly LoadStep[],
  nameIndex: (name: string) => number,
  radix: number,
  version: AbiVersion,
): { readonly words: number[]; readonly contentOffsets: readonly number[] } {
  const words: number[] = [];
  const contentOffsets: number[] = [];
  for (const { kind, about, holder = loaderName, target, capabilities = [], words: own } of steps) {
    const info = (labelOf(kind, version) << 12) | (capabilities.length << 7) | own.length;
    words.push(info >>> 0, (nameIndex(about) | (nameIndex(holder) << 16)) >>> 0, target);
    words.push(...capabilities);
    // The second word of a copy is an offset in the contents, which are not placed yet.
    if (kind === 'copy') contentOffsets.push(words.length + 1);
    for (const word of own) words.push(word === 'depth' ? radix : word >>> 0);
  }
  return { words, contentOffsets };
}

const isOwn = (kind: LoadStep['kind']): kind is OwnStep => Object.hasOwn(ownSteps, kind);

function labelOf(kind: LoadStep['kind'], version: AbiVersion): number {
  if (isOwn(kind)) return ownSteps[kind];
  return labelNumber(labelTable(version), kind) ?? 0;
}

/** By label: those of the kernel, then the loader's own. */
const phraseCount = firstOwnStep + Object.keys(ownSteps).length;

function wordsOfPhrases(texts: Texts, version: AbiVersion): readonly number[] {
  const words = Array.from({ length: (phraseCount * phraseFields.bytes) / 4 }, () => 0);
  for (const kind of Object.keys(phrases) as (keyof typeof phrases)[]) {
    const phrase = phrases[kind];
    if (phrase === undefined) continue;
    const { before, number, after } = phrase;
    const at = (labelOf(kind, version) * phraseFields.bytes) / 4;
    words[at] = texts.add(before);
    if (number !== undefined) {
      words[at + 1] = texts.add(number.text);
      words[at + 2] = number.word;
    }
    if (after !== undefined) words[at + 3] = texts.add(after);
  }
  return words;
}

interface Texts {
  /** The offset of a text in the table. */
  add(text: string): number;
  finish(): Uint8Array;
}

/** Texts end with a zero byte; each is there once. */
function newTexts(base: number): Texts {
  const offsets = new Map<string, number>();
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  return {
    add: (text) => {
      const known = offsets.get(text);
      if (known !== undefined) return known;
      const offset = base + bytes.length;
      offsets.set(text, offset);
      for (const byte of encoder.encode(text)) bytes.push(byte);
      bytes.push(0);
      return offset;
    },
    finish: () => Uint8Array.from(bytes),
  };
}
