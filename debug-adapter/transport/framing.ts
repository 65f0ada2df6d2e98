/**
 * The base protocol of DAP over a byte stream: `Content-Length: N`, an empty line, N bytes of JSON.
 * Total: whatever arrives, `push` returns what could be read, and a broken frame is an item of its
 * own, so that one bad message does not end the session. The reader of @vscode/debugadapter is not
 * used, because it drops a frame with a bad header or bad JSON without a word.
 */

/** A message as JSON, or a sentence about bytes that are none. */
export type Frame =
  | { readonly kind: 'message'; readonly value: unknown }
  | { readonly kind: 'malformed'; readonly problem: string };

/** A header block longer than this is not one. */
const longestHeaderBytes = 4096;
/** Far above any DAP message; a length beyond it is a garbled header, not something to wait for. */
const longestContentBytes = 64 * 1024 * 1024;

export class FrameReader {
  private pending: Buffer = Buffer.alloc(0);
  private contentBytes: number | undefined;

  push(data: Uint8Array): Frame[] {
    this.pending = Buffer.concat([this.pending, data]);
    const frames: Frame[] = [];
    while (true) {
      const before = this.pending.length;
      const hadLength = this.contentBytes !== undefined;
      const frame = hadLength ? this.readContent() : this.readHeader();
      if (frame !== undefined) frames.push(frame);
      const progressed =
        this.pending.length !== before || hadLength !== (this.contentBytes !== undefined);
      if (!progressed) return frames;
    }
  }

  private readHeader(): Frame | undefined {
    const end = this.pending.indexOf('\r\n\r\n');
    if (end < 0) {
      if (this.pending.length <= longestHeaderBytes) return undefined;
      return this.skipTo(this.nextHeaderFrom(1), 'no end of the header was found');
    }
    const header = this.pending.toString('latin1', 0, end);
    const lines = header.split('\r\n');
    const lengths = lines.map((line) => /^Content-Length: *(\d{1,10})$/i.exec(line)?.[1]);
    const length = lengths.find((text) => text !== undefined);
    const isHeader = lines.every((line) => /^[A-Za-z-]+: *[^\r\n]*$/.test(line));
    if (length === undefined || !isHeader || Number(length) > longestContentBytes) {
      // Another header may follow garbage before the same empty line.
      const next = this.nextHeaderFrom(1);
      return this.skipTo(next < end ? next : end + 4, `the header is ${quote(header)}`);
    }
    this.pending = this.pending.subarray(end + 4);
    this.contentBytes = Number(length);
    return undefined;
  }

  private readContent(): Frame | undefined {
    const length = this.contentBytes ?? 0;
    if (this.pending.length < length) return undefined;
    const text = this.pending.toString('utf8', 0, length);
    this.pending = this.pending.subarray(length);
    this.contentBytes = undefined;
    try {
      return { kind: 'message', value: JSON.parse(text) as unknown };
    } catch {
      return { kind: 'malformed', problem: `The message is not JSON: ${quote(text)}.` };
    }
  }

  private nextHeaderFrom(start: number): number {
    const next = this.pending.indexOf('Content-Length:', start, 'latin1');
    return next < 0 ? this.pending.length : next;
  }

  private skipTo(index: number, found: string): Frame {
    this.pending = this.pending.subarray(index);
    return {
      kind: 'malformed',
      problem: `A message must start with "Content-Length: N" and an empty line, but ${found}.`,
    };
  }
}

export function encodeFrame(message: unknown): Buffer {
  const content = Buffer.from(JSON.stringify(message), 'utf8');
  return Buffer.concat([Buffer.from(`Content-Length: ${content.length}\r\n\r\n`), content]);
}

const quote = (text: string): string =>
  JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
