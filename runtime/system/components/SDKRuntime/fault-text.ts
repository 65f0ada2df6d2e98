// What the console says of an application that the kernel stopped, as CantripOS says it. The words are those of the
// kernel's message.

/** Numbers of the kernel's faults. */
export namespace Fault {
  export const NONE: u32 = 0;
  export const CAPABILITY: u32 = 1;
  export const SYSTEM_CALL: u32 = 2;
  export const EXCEPTION: u32 = 3;
  export const TIMEOUT: u32 = 5;
  export const MEMORY: u32 = 6;
}

/** Words of the message that are needed. */
export const FAULT_WORDS: i32 = 11;

/** Lines; the first one has the name of the application before it. */
export function faultLines(label: u32, words: StaticArray<u32>): string[] {
  switch (label) {
    case Fault.NONE:
      return ['normal exit or termination'];
    case Fault.CAPABILITY:
      return ['invalid capability', 'IP       ' + hex8(words[0]), 'Addr     ' + hex8(words[1])];
    case Fault.SYSTEM_CALL:
      return ['unknown syscall', 'IP       ' + hex8(words[0]), 'Number   ' + hex(words[10])];
    case Fault.EXCEPTION:
      return ['user exception', 'IP       ' + hex8(words[0]), 'Number   ' + hex(words[2])];
    case Fault.MEMORY:
      return [
        'virtual-memory fault:',
        'IP       ' + hex8(words[0]),
        'Addr     ' + hex8(words[1]),
        'Prefetch ' + hex(words[2]),
        'FSR      ' + hex(words[3]),
      ];
    default:
      return ['fault ' + label.toString()];
  }
}

/** Of an event: the address, or the number of the system call or exception. */
export function faultDetail(label: u32, words: StaticArray<u32>): u32 {
  if (label == Fault.SYSTEM_CALL) return words[10];
  return label == Fault.EXCEPTION ? words[2] : words[1];
}

function hex(value: u32): string {
  return '0x' + value.toString(16);
}

function hex8(value: u32): string {
  return '0x' + value.toString(16).padStart(8, '0');
}
