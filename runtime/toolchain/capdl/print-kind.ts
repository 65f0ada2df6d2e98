/** An object's kind with its parameters, as capDL text in the order of the tools: `tcb (addr: 0x1000, prio: 254)`. */
import type { CapdlObject, FrameFill, SchedParameters, TcbParameters } from './spec.js';

export function kindText(object: CapdlObject): string {
  const parameters: string[] = [];
  const { type, sizeBits, physicalAddress, tcb, sched, fill, asidHigh, takesUntyped, others } =
    object;
  if (type === 'sc' && sched !== undefined) parameters.push(...schedTexts(sched));
  if (sizeBits !== undefined) {
    parameters.push(type === 'frame' ? frameSize(sizeBits) : `${sizeBits} bits`);
  }
  if (physicalAddress !== undefined) parameters.push(`paddr: ${hex(physicalAddress)}`);
  if (takesUntyped !== undefined) parameters.push(`untyped: ${boolean(takesUntyped)}`);
  if (tcb !== undefined) parameters.push(...tcbTexts(tcb));
  if (asidHigh !== undefined) parameters.push(`asid_high: ${hex(asidHigh)}`);
  if (fill !== undefined) parameters.push(`fill: [${fill.map(fillText).join(', ')}]`);
  for (const [word, value] of others ?? []) {
    parameters.push(word === 'pci' ? value : `${word}: ${value}`);
  }
  return parameters.length === 0 ? type : `${type} (${parameters.join(', ')})`;
}

export const hex = (value: bigint | number): string => `0x${value.toString(16)}`;
const boolean = (value: boolean): string => (value ? 'True' : 'False');

const frameSize = (bits: number): string =>
  bits >= 20 ? `${2 ** (bits - 20)}M` : `${2 ** (bits - 10)}k`;

function tcbTexts(tcb: TcbParameters): string[] {
  const texts: string[] = [];
  const add = (word: string, value: string | undefined): void => {
    if (value !== undefined) texts.push(`${word}: ${value}`);
  };
  const address = (value: bigint | undefined): string | undefined =>
    value === undefined ? undefined : hex(value);
  add('addr', address(tcb.ipcBufferAddress));
  add('ip', address(tcb.instructionPointer));
  add('sp', address(tcb.stackPointer));
  add('prio', tcb.priority?.toString());
  add('max_prio', tcb.maxPriority?.toString());
  add('affinity', tcb.affinity?.toString());
  add('init', tcb.init && `[${tcb.init.join(', ')}]`);
  add('fault_ep', address(tcb.faultEndpoint));
  add('dom', tcb.domain?.toString());
  add('resume', tcb.resume === undefined ? undefined : boolean(tcb.resume));
  add('fpu_disabled', tcb.fpuDisabled === undefined ? undefined : boolean(tcb.fpuDisabled));
  return texts;
}

const schedTexts = ({ period, budget, data }: SchedParameters): string[] => [
  `period: ${period}`,
  `budget: ${budget}`,
  ...(data === undefined ? [] : [`data: ${data}`]),
];

function fillText({ destinationOffset, lengthBytes, source }: FrameFill): string {
  const what =
    source.kind === 'file'
      ? `CDL_FrameFill_FileData "${source.file}"`
      : `CDL_FrameFill_BootInfo ${source.id}`;
  return `{${destinationOffset} ${lengthBytes} ${what} ${source.offset}}`;
}
