// @ts-nocheck
export declare namespace library {
  function sender(): u32;
  function lend(title: string): Library_lend;
  function giveBack(title: string): void;
  function list(): string;
}
export class Library_lend {
  constructor(public result: bool, public left: i32) {}
}
export declare const instanceName: string;
export declare const wish: string;
