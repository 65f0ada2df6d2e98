/**
 * What answers at the other end of the mailbox while there is no security core: a model of the messages alone. It
 * is not the real one: nothing is verified, and it says so of each request that it answers.
 *
 * A message is a header, its length in bytes with the high bit when a page goes along, then the physical address of
 * that page, then the words of a request in postcard. A message of an older kind is in the page itself: no request
 * with a page is longer than 12 bytes, so longer ones are of that kind.
 */
import type { DeviceState } from '../bus/device.js';
import { bits } from '../../base/bits.js';
import type { Clock, PhysicalMemory } from '../ports.js';
import { physAddr } from '../../base/address.js';
import type { MailboxEnd } from './mailbox.js';
import { postcardReader } from './postcard-reader.js';

export interface SecurityCorePorts {
  readonly clock: Clock;
  readonly memory: PhysicalMemory;
  readonly end: MailboxEnd;
  /** Files that a request may ask for, by name, in the order in which they are listed. */
  readonly files: () => ReadonlyMap<string, Uint8Array>;
  /** A sentence of each request, for whoever traces. */
  readonly told: (sentence: string) => void;
}

export interface SecurityCoreModel {
  /** The other side of the mailbox has done something. */
  mailboxChanged(): void;
  reset(): void;
  save(): DeviceState;
  load(state: DeviceState): void;
}

const cyclesPerWord = 100;
const pageBytes = 4096;
const longFlag = 0x8000_0000;
/** Longer messages are wrong, and are thrown away as they come. */
const maxMessageBytes = 256;
const longestRequestWithPage = 12;
/** The request by its number. */
const request = {
  findFile: 0,
  getFilePage: 1,
  inputSelect: 2,
  outputSelect: 3,
  test: 4,
  getBuiltins: 5,
} as const;
/** What a test leaves in the first and the last word of a message in a page, and in the words of a page. */
const testMark = { first: 0x1234_5678, last: 0x8765_4321 } as const;

export function createSecurityCoreModel(ports: SecurityCorePorts): SecurityCoreModel {
  /** Words of a message so far. */
  let received: number[] = [];
  /** Words that wait for room in the FIFO. */
  let answer: number[] = [];
  let nextCycle: number | null = null;
  let pending: { dispose(): void } | undefined;

  const isIdle = (): boolean => !ports.end.hasWord && answer.length === 0;
  const wake = (): void => {
    if (nextCycle !== null || isIdle()) return;
    nextCycle = ports.clock.now() + cyclesPerWord;
    schedule();
  };
  const schedule = (): void => {
    if (nextCycle !== null) pending = ports.clock.schedule(nextCycle, work);
  };
  /** One word in, or one word out. */
  const work = (): void => {
    nextCycle = null;
    const word = answer[0];
    if (word !== undefined) {
      if (!ports.end.give(word)) return;
      answer.shift();
    } else {
      const taken = ports.end.take();
      if (taken !== undefined) take(taken);
    }
    wake();
  };
  const take = (word: number): void => {
    received.push(word);
    const header = received[0] ?? 0;
    const bytes = bits(header, 30, 0);
    const hasPage = header >= longFlag;
    if (hasPage && bytes > longestRequestWithPage) {
      if (received.length < 2) return;
      const page = received[1] ?? 0;
      received = [];
      answerInPage(page, bytes);
      return;
    }
    const words = 1 + Number(hasPage) + Math.ceil(Math.min(bytes, maxMessageBytes) / 4);
    if (received.length < words) return;
    const page = hasPage ? received[1] : undefined;
    const body = bytesOfWords(received.slice(hasPage ? 2 : 1)).subarray(0, bytes);
    received = [];
    answerRequest(body, page);
  };
  const reply = (bytes: readonly number[]): void => {
    answer = [bytes.length, ...wordsOfBytes(bytes)];
  };
  const tell = (sentence: string): void => {
    ports.told(`A model stands in for the security core: ${sentence}`);
  };
  /** Where a page that the SMC names lies whole in its memory. */
  const pageAt = (address: number): boolean =>
    address % 4 === 0 && ports.memory.contains(address, pageBytes);

  const answerInPage = (page: number, bytes: number): void => {
    const words = Math.floor(bytes / 4);
    const isUsable = page % 4 === 0 && words > 0 && ports.memory.contains(page, bytes);
    if (isUsable) {
      ports.memory.write32(physAddr(page), testMark.first);
      ports.memory.write32(physAddr(page + 4 * (words - 1)), testMark.last);
    }
    tell(
      isUsable
        ? `it has marked the ends of a message of ${bytes} bytes in a page.`
        : `a message names ${bytes} bytes that are not in memory.`,
    );
    answer = [(bytes | longFlag) >>> 0, page];
  };
  const answerRequest = (body: Uint8Array, page: number | undefined): void => {
    const reader = postcardReader(body);
    const kind = reader.unsigned();
    if (kind === request.findFile) {
      const name = reader.text();
      const names = [...ports.files().keys()];
      const file = ports.files().get(name);
      if (reader.isValid && file !== undefined) {
        tell(`it has found ${name}, ${file.length} bytes.`);
        reply([...varint(names.indexOf(name)), ...varint(file.length)]);
      } else refuse(`there is no file ${JSON.stringify(name)}.`);
    } else if (kind === request.getFilePage) {
      const file = [...ports.files().values()][reader.unsigned()];
      const offset = reader.unsigned();
      if (!reader.isValid || file === undefined || offset >= file.length)
        refuse('there is no such page of a file.');
      else if (page === undefined || !pageAt(page)) refuse('the page to fill is not in memory.');
      else {
        const bytes = new Uint8Array(pageBytes);
        bytes.set(file.subarray(offset, offset + pageBytes));
        ports.memory.copyIn(physAddr(page), bytes);
        tell(`it has filled a page from offset ${offset} of a file.`);
        reply([]);
      }
    } else if (kind === request.inputSelect || kind === request.outputSelect) {
      const first = reader.unsigned();
      const second = reader.unsigned();
      if (!reader.isValid) refuse('a request is cut off.');
      else {
        tell(`it would connect pins (${first}, ${second}); this board has none.`);
        reply([]);
      }
    } else if (kind === request.test) {
      const count = reader.unsigned();
      if (!reader.isValid || count > pageBytes / 4) refuse('a test of that many words.');
      else if (page === undefined || !pageAt(page)) refuse('the page to write is not in memory.');
      else {
        for (let word = 0; word < count; word += 1) {
          const mark = word === count - 1 ? testMark.last : testMark.first;
          ports.memory.write32(physAddr(page + 4 * word), mark);
        }
        tell(`it has written ${count} words of a page.`);
        reply([]);
      }
    } else if (kind === request.getBuiltins && reader.isValid) {
      const names = [...ports.files().keys()];
      const bytes = [...varint(names.length), ...names.flatMap(postcardText)];
      if (bytes.length > maxMessageBytes) refuse('the names of the files do not fit a message.');
      else {
        tell(`it has listed ${names.length} files.`);
        reply(bytes);
      }
    } else refuse('it does not know the request.');
  };
  /** An empty reply is read as an error by whoever expects a value. */
  const refuse = (why: string): void => {
    tell(`a request is refused: ${why}`);
    reply([]);
  };

  return {
    mailboxChanged: wake,
    reset() {
      pending?.dispose();
      received = [];
      answer = [];
      nextCycle = null;
    },
    save: () => ({ received: [...received], answer: [...answer], nextCycle }),
    load(state) {
      pending?.dispose();
      received = [...(state['received'] as readonly number[])];
      answer = [...(state['answer'] as readonly number[])];
      nextCycle = state['nextCycle'] as number | null;
      schedule();
    },
  };
}

function bytesOfWords(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * words.length);
  const view = new DataView(bytes.buffer);
  words.forEach((word, index) => {
    view.setUint32(4 * index, word, true);
  });
  return bytes;
}

function wordsOfBytes(bytes: readonly number[]): number[] {
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  padded.set(bytes);
  const view = new DataView(padded.buffer);
  return Array.from({ length: padded.length / 4 }, (_unused, index) =>
    view.getUint32(4 * index, true),
  );
}

/** Postcard's unsigned numbers: seven bits a byte, low ones first. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return bytes;
}

/** UTF-8 behind its length. */
function postcardText(text: string): number[] {
  const bytes = [...new TextEncoder().encode(text)];
  return [...varint(bytes.length), ...bytes];
}
