// A component whose threads take turns, and that waits at an endpoint of its own: while it waits, it is the turn of
// others. What was found before may be different then.
import { receive, replyAndReceive } from "./message";

// @ts-ignore: decorator
@external("env", "camkes_leave")
declare function leave(): void;
// @ts-ignore: decorator
@external("env", "camkes_enter")
declare function enter(): void;

/** As `Endpoint.receive`, with the slots of the endpoint and the reply object. */
export function receiveInTurn(endpoint: u32, reply: u32): u64 {
  leave();
  let received = receive(endpoint, reply);
  enter();
  return received;
}

/** As `Endpoint.replyAndReceive`. */
export function replyAndReceiveInTurn(endpoint: u32, info: u32, reply: u32): u64 {
  leave();
  let received = replyAndReceive(endpoint, info, reply);
  enter();
  return received;
}

// @ts-ignore: decorator
@external("address", "camkes_open_events")
declare function openEvents(): usize;

/**
 * Between these two, objects may be reclaimed although this event is not over, as long as no other one is open: so none
 * may be held in a variable of a function, only in those of modules. Around a long wait, such as for input.
 */
export function beginRest(): void {
  store<u32>(openEvents(), load<u32>(openEvents()) - 1);
}

export function endRest(): void {
  store<u32>(openEvents(), load<u32>(openEvents()) + 1);
}
