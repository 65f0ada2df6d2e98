/**
 * The invocations of the kernel as guest TypeScript: a class for each kind of object, a method for each row of the
 * table of labels. An extra capability is a parameter that may be null, a message word a number; a method gives the
 * error, and what the kernel answers is then in the message.
 */
import { labelTable, type AbiVersion, type LabelRow } from '../../abi/labels.js';

/** The kinds of objects by the first part of a method's name, with a sentence about each. */
const objects: readonly {
  readonly prefix: string;
  readonly name: string;
  readonly doc: string;
}[] = [
  { prefix: 'Untyped_', name: 'Untyped', doc: 'Memory that becomes objects.' },
  { prefix: 'TCB_', name: 'Thread', doc: 'A thread: its registers, its spaces, its time.' },
  { prefix: 'CNode_', name: 'CNode', doc: 'A table of capabilities.' },
  { prefix: 'IRQControl_', name: 'InterruptControl', doc: 'Makes handlers of interrupts.' },
  {
    prefix: 'RISCV_IRQControl_',
    name: 'InterruptControl',
    doc: 'Makes handlers of interrupts.',
  },
  { prefix: 'IRQHandler_', name: 'InterruptHandler', doc: 'One interrupt.' },
  { prefix: 'DomainSet_', name: 'DomainControl', doc: 'Power over the domains.' },
  { prefix: 'SchedControl_', name: 'TimeControl', doc: 'Gives processor time.' },
  { prefix: 'SchedContext_', name: 'SchedulingContext', doc: 'Processor time.' },
  { prefix: 'RISCV_PageTable_', name: 'PageTable', doc: 'A page table, or a whole address space.' },
  { prefix: 'RISCV_Page_', name: 'Page', doc: 'A frame of memory.' },
  { prefix: 'RISCV_ASIDControl_', name: 'AsidControl', doc: 'Makes pools of address spaces.' },
  { prefix: 'RISCV_ASIDPool_', name: 'AsidPool', doc: 'Room for address spaces.' },
];

/** Every capability has a method `move` already. */
const taken = new Map([['move', 'moveCapability']]);

const registerWords = 4;

export function sel4InvocationsSource(version: AbiVersion): string {
  const table = labelTable(version);
  const methods = new Map<string, string[]>();
  const docs = new Map<string, string>();
  for (const [label, row] of table.entries()) {
    if (row === undefined) continue;
    const object = objects.find(({ prefix }) => row.method.startsWith(prefix));
    if (object === undefined) continue;
    docs.set(object.name, object.doc);
    const ofObject = methods.get(object.name) ?? [];
    const method = camelCase(row.method.slice(object.prefix.length));
    ofObject.push(methodSource(row, label, taken.get(method) ?? method));
    methods.set(object.name, ofObject);
  }
  return [
    '// Made from the table of labels of the ABI.',
    'import { Capability, invoke, passCapability } from "./capability";',
    'import { KernelError } from "./constants";',
    'import { setWord } from "./message";',
    ...[...methods].map(
      ([name, texts]) => `
/** ${docs.get(name) ?? ''} */
export class ${name} extends Capability {
  move(): ${name} {
    return new ${name}(this.leave());
  }
${texts.join('')}}`,
    ),
    '',
  ].join('\n');
}

function methodSource(
  { caps, words, results, doc }: LabelRow,
  label: number,
  name: string,
): string {
  const numbers = words.filter((word) => word !== 'registers');
  const hasRegisters = numbers.length < words.length;
  const parameters = [
    ...caps.map((cap) => `${camelCase(cap)}: Capability | null`),
    ...numbers.map((word) => `${camelCase(word)}: u32`),
    ...(hasRegisters ? ['registers: StaticArray<u32>'] : []),
  ];
  const first = [...numbers.map(camelCase), ...Array<string>(registerWords).fill('0')].slice(
    0,
    registerWords,
  );
  const body = [
    ...caps.map((cap, index) => `passCapability(${index}, ${camelCase(cap)});`),
    ...numbers
      .slice(registerWords)
      .map((word, index) => `setWord(${index + registerWords}, ${camelCase(word)});`),
    ...(hasRegisters
      ? [`for (let i = 0; i < registers.length; i++) setWord(${numbers.length} + i, registers[i]);`]
      : []),
    hasRegisters
      ? `return <KernelError>invoke(this.slot, ${label}, ${caps.length}, ${numbers.length} + registers.length, ${numbers[0] === undefined ? '0' : camelCase(numbers[0])}, ${numbers[1] === undefined ? '0' : camelCase(numbers[1])}, registers.length > 0 ? registers[0] : 0, registers.length > 1 ? registers[1] : 0);`
      : `return <KernelError>invoke(this.slot, ${label}, ${caps.length}, ${numbers.length}, ${first.join(', ')});`,
  ];
  const answer = results.length === 0 ? '' : ` The answer has the words ${results.join(', ')}.`;
  return `
  /** ${doc}${answer} */
  ${name}(${parameters.join(', ')}): KernelError {
    ${body.join('\n    ')}
  }
`;
}

/** `SetPriority`, `size_bits` and `IRQHandler` as members are spelled: `setPriority`, `sizeBits`, `irqHandler`. */
function camelCase(name: string): string {
  const joined = name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return joined.replace(/^[A-Z]+(?=[A-Z][a-z]|$)|^[A-Z]/, (letters) => letters.toLowerCase());
}
