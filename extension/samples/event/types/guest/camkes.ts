// @ts-nocheck
export declare namespace registers {
  function frame(index: u32): u32;
  function frameCount(): u32;
  const size: u32;
  function get<T>(offset: u32): T;
  function set<T>(offset: u32, value: T): void;
  function fence(): void;
  function read(offset: u32, into: Uint8Array): void;
  function write(offset: u32, from: Uint8Array): void;
}
export declare namespace expired {
  function acknowledge(): i32;
}
export declare namespace tick {
  function emit(): void;
  function wait(): void;
  function poll(): bool;
}
export declare const instanceName: string;
export declare const period_us: i32;
export declare const last: i32;
