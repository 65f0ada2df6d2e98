// The receiving end of ZMODEM, for one file: a byte comes in, and what is to be sent lies in `answer`. Only data whose
// checksum is right goes on, in order. Whatever comes, it ends: errors without progress are counted, and so is silence.
// Commands that a sender wants to have run are not run.
import { Decoder, Ending, Found, MOST_DATA } from './decoder';
import { CANCEL, FrameKind, hexadecimalHeader } from './header';

/** Takes what is received. */
export abstract class FileSink {
  /** `bytes` is what the sender says, 0 if it does not. False: the file is not wanted. */
  abstract open(name: string, bytes: u32): bool;
  /** False: there is no room, and the transfer ends. */
  abstract write(data: Uint8Array, count: i32): bool;
}

export enum Outcome {
  Running,
  Received,
  /** By the sender, or by a person. */
  Cancelled,
  TimedOut,
  /** The line loses too much. */
  Unreadable,
  /** The sink does not want the file, or no more of it. */
  Refused,
  /** The sender ended without a file. */
  NoFile,
}

enum State {
  WaitsForFile,
  FileInfo,
  SenderInfo,
  WaitsForData,
  Data,
  WaitsForEnd,
  /** Behind the last header come two letters. */
  Closing,
  /** After an end before its time: what is on its way is no command line. */
  Draining,
  Over,
}

// What the receiver can: send and receive at once, read and write the disk at once, checksums of 32 bits. Below it
// the size of its buffer: the sender waits for an answer as often as that is full.
const ABILITIES: u32 = 0x23 << 24;
const INIT: u32 = ABILITIES | (<u32>MOST_DATA);

const MOST_ERRORS: i32 = 10;
const MOST_SILENCES: i32 = 5;
/** Milliseconds. */
const SILENCE: u32 = 10_000;
const SHORT_SILENCE: u32 = 500;
const CONTROL_C: u8 = 0x03;
const LETTER_O: u8 = 0x4f;

export class Receiver {
  outcome: Outcome = Outcome.Running;
  /** Bytes of the file that were received. */
  position: u32 = 0;
  private answer: string = '';
  private decoder: Decoder = new Decoder();
  private state: State = State.WaitsForFile;
  private errors: i32 = 0;
  private silences: i32 = 0;
  /** Whether a person may be typing: before anything came, and after silence. */
  private isQuiet: bool = true;
  private letters: i32 = 0;

  constructor(private sink: FileSink) {
    this.send(FrameKind.ReceiverInit, INIT);
  }

  get isOver(): bool {
    return this.state == State.Over;
  }

  /** How long silence may last, in milliseconds. */
  get patience(): u32 {
    return this.state == State.Closing || this.state == State.Draining ? SHORT_SILENCE : SILENCE;
  }

  takeAnswer(): string {
    let taken = this.answer;
    this.answer = '';
    return taken;
  }

  feed(byte: u8): void {
    if (this.state == State.Draining || this.state == State.Over) return;
    if (this.isQuiet && byte == CONTROL_C) {
      this.stop(Outcome.Cancelled);
      return;
    }
    if (this.state == State.Closing && byte == LETTER_O) {
      this.letters++;
      if (this.letters == 2) this.state = State.Over;
      return;
    }
    switch (this.decoder.feed(byte)) {
      case Found.Header:
        this.isQuiet = false;
        this.takeHeader(this.decoder.kind, this.decoder.value);
        return;
      case Found.Data:
        this.takeData();
        return;
      case Found.Broken:
        this.complain();
        return;
      case Found.Cancel:
        this.stop(Outcome.Cancelled);
        return;
      default:
        return;
    }
  }

  /** Nothing came for as long as `patience` says. */
  timeOut(): void {
    if (this.state == State.Closing || this.state == State.Draining) {
      this.state = State.Over;
      return;
    }
    this.isQuiet = true;
    this.silences++;
    this.decoder.reset();
    if (this.silences > MOST_SILENCES) this.stop(Outcome.TimedOut);
    else this.repeat();
  }

  // ---- headers

  private takeHeader(kind: FrameKind, value: u32): void {
    switch (kind) {
      case FrameKind.RequestInit:
        this.repeat();
        return;
      case FrameKind.SenderInit:
        this.expect(State.SenderInfo);
        return;
      case FrameKind.File:
        if (this.state == State.WaitsForFile) this.expect(State.FileInfo);
        else if (this.state == State.WaitsForEnd) this.send(FrameKind.Skip, 0);
        else this.repeat();
        return;
      case FrameKind.Data:
        this.takeDataHeader(value);
        return;
      case FrameKind.EndOfFile:
        this.takeEnd(value);
        return;
      case FrameKind.Finish:
        this.finish();
        return;
      case FrameKind.FreeBytes:
        this.send(FrameKind.Acknowledge, 0xffff_ffff);
        return;
      case FrameKind.Challenge:
        this.send(FrameKind.Acknowledge, value);
        return;
      case FrameKind.Command:
        this.send(FrameKind.Complete, 1);
        return;
      case FrameKind.Abort:
      case FrameKind.FileError:
      case FrameKind.Cancelled:
        this.stop(Outcome.Cancelled);
        return;
      default:
        this.complain();
    }
  }

  private takeDataHeader(position: u32): void {
    if (this.state != State.WaitsForData && this.state != State.Data) this.complain();
    else if (position != this.position) this.complain();
    else this.expect(State.Data);
  }

  /** One that tells of another place was on its way before the sender heard of an error. */
  private takeEnd(position: u32): void {
    if (this.state == State.WaitsForEnd) this.repeat();
    else if (this.state == State.WaitsForData && position == this.position) {
      this.progress();
      this.state = State.WaitsForEnd;
      this.repeat();
    }
  }

  private finish(): void {
    if (this.outcome == Outcome.Running)
      this.outcome = this.state == State.WaitsForEnd ? Outcome.Received : Outcome.NoFile;
    this.send(FrameKind.Finish, 0);
    this.state = State.Closing;
  }

  // ---- data

  private takeData(): void {
    this.progress();
    if (this.state == State.Data) {
      this.takeFileData();
      return;
    }
    let isFile = this.state == State.FileInfo;
    this.state = State.WaitsForFile;
    if (!isFile) this.send(FrameKind.Acknowledge, 1);
    else if (this.sink.open(this.fileName(), this.fileBytes())) {
      this.state = State.WaitsForData;
      this.repeat();
    } else this.stop(Outcome.Refused);
  }

  private takeFileData(): void {
    let decoder = this.decoder;
    if (!this.sink.write(decoder.data, decoder.count)) {
      this.stop(Outcome.Refused);
      return;
    }
    this.position += <u32>decoder.count;
    let ending = decoder.ending;
    if (ending == Ending.MoreAnswered || ending == Ending.LastAnswered)
      this.send(FrameKind.Acknowledge, this.position);
    if (ending == Ending.More || ending == Ending.MoreAnswered) decoder.expectData();
    else this.state = State.WaitsForData;
  }

  private fileName(): string {
    let name = '';
    let decoder = this.decoder;
    for (let at = 0; at < decoder.count && decoder.data[at] != 0; at++)
      name += String.fromCharCode(decoder.data[at]);
    return name;
  }

  /** The decimal number behind the name; 0 for none, or a very large one. */
  private fileBytes(): u32 {
    let decoder = this.decoder;
    let at = 0;
    while (at < decoder.count && decoder.data[at] != 0) at++;
    let bytes: u64 = 0;
    for (at++; at < decoder.count; at++) {
      let digit = <i32>decoder.data[at] - 0x30;
      if (digit < 0 || digit > 9) break;
      bytes = bytes * 10 + digit;
      if (bytes > 0xffff_ffff) return 0xffff_ffff;
    }
    return <u32>bytes;
  }

  // ---- what is sent

  private expect(state: State): void {
    this.state = state;
    this.decoder.expectData();
  }

  private send(kind: FrameKind, value: u32): void {
    this.answer += hexadecimalHeader(kind, value);
  }

  /** What the sender is waiting for, as it stands. */
  private repeat(): void {
    if (this.state == State.FileInfo || this.state == State.SenderInfo)
      this.state = State.WaitsForFile;
    if (this.state == State.Data) this.state = State.WaitsForData;
    if (this.state == State.WaitsForData) this.send(FrameKind.Position, this.position);
    else if (this.state == State.Closing) this.send(FrameKind.Finish, 0);
    else this.send(FrameKind.ReceiverInit, INIT);
  }

  private progress(): void {
    this.errors = 0;
    this.silences = 0;
  }

  private complain(): void {
    this.errors++;
    if (this.errors > MOST_ERRORS) this.stop(Outcome.Unreadable);
    else this.repeat();
  }

  private stop(outcome: Outcome): void {
    if (this.outcome == Outcome.Running) this.outcome = outcome;
    this.answer = CANCEL;
    this.state = State.Draining;
  }
}
