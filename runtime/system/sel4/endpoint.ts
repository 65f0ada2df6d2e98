// What is sent through and waited for. The objects that have no invocations of their own.
import { Capability } from "./capability";
import {
  call,
  poll,
  receive,
  replyAndReceive,
  send,
  tryReceive,
  trySend,
  trySendAndReceive,
  wait,
} from "./message";

/** Where threads meet to pass messages. */
export class Endpoint extends Capability {
  move(): Endpoint {
    return new Endpoint(this.leave());
  }

  send(info: u32): void {
    send(this.slot, info);
  }

  trySend(info: u32): void {
    trySend(this.slot, info);
  }

  /** Sends, and waits for the answer; gives its message info. */
  call(info: u32): u32 {
    return call(this.slot, info);
  }

  receive(reply: Reply): u64 {
    return receive(this.slot, reply.slot);
  }

  tryReceive(reply: Reply): u64 {
    return tryReceive(this.slot, reply.slot);
  }

  /** Sends if somebody waits, and receives the next message from another endpoint. */
  trySendAndReceive(info: u32, from: Endpoint, reply: Reply): u64 {
    return trySendAndReceive(this.slot, info, from.slot, reply.slot);
  }

  /** Answers the caller that `reply` holds, and waits for the next message. */
  replyAndReceive(info: u32, reply: Reply): u64 {
    return replyAndReceive(this.slot, info, reply.slot);
  }
}

/** A word of signal bits. */
export class Notification extends Capability {
  move(): Notification {
    return new Notification(this.leave());
  }

  signal(): void {
    send(this.slot, 0);
  }

  /** Signals, and receives the next message, in one system call. */
  signalAndReceive(from: Endpoint, reply: Reply): u64 {
    return trySendAndReceive(this.slot, 0, from.slot, reply.slot);
  }

  /** Waits for signals; gives their badges, all in one. */
  wait(): u32 {
    return <u32>wait(this.slot);
  }

  /** The badges of the signals that are there; 0: none. */
  poll(): u32 {
    return <u32>poll(this.slot);
  }
}

/** The way back to a caller. */
export class Reply extends Capability {
  move(): Reply {
    return new Reply(this.leave());
  }

  send(info: u32): void {
    send(this.slot, info);
  }
}
