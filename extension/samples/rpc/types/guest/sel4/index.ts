// @ts-nocheck
// The kernel's interface for guest programs: `import { Endpoint, MessageInfo, log } from "sel4"`.
export { Capability } from "./capability";
export {
  MessageInfo,
  Received,
  log,
  setCapability,
  setReceiveSlot,
  setWord,
  unwrappedBadge,
  word,
  yieldTime,
} from "./message";
export { Endpoint, Notification, Reply } from "./endpoint";
export * from "./invocations";
export { KernelError, ObjectType, Rights } from "./constants";
