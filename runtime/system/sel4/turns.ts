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
