// @ts-nocheck
export declare namespace filter {
  function smooth(value: i32): i32;
  function sender(): u32;
}
export declare namespace display {
  function show(line: string): i32;
  function sender(): u32;
}
export declare const instanceName: string;
export declare const readings: i32[];
